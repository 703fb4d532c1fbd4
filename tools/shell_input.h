// SPDX-License-Identifier: MIT
/* The next line: edited on a terminal, with a history that outlives the
 * program; read from anything else. */
#pragma once

#include "tools/shell.h"

typedef struct ShellInput ShellInput;

/* INTERRUPT as of interrupt_open: a request to stop ends the input. */
ShellInput *shell_input_new (Shell *shell, int interrupt);
void shell_input_free (ShellInput *input);

/* Without its newline, valid until the next call; NULL: the end. */
const char *shell_input_line (ShellInput *input);

bool shell_input_is_terminal (const ShellInput *input);

/* A request to stop came while it waited. */
bool shell_input_was_stopped (const ShellInput *input);
