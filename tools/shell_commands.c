// SPDX-License-Identifier: MIT
#include "tools/shell.h"
#include "tools/wrap.h"

#include <stdio.h>
#include <string.h>

const ShellCommand SHELL_COMMANDS[] = {
  { "create", "tcp|udp [4|6]", "step 1: a new socket",
    "A stream socket (tcp) or a datagram socket (udp), over IPv4 or IPv6. It "
    "gets a name like s1. An IPv6 socket talks IPv4 too, unless it is bound "
    "to an IPv6 address.",
    1, 2, true, shell_create },
  { "bind", "SOCKET ADDRESS:PORT", "step 2: give it a name",
    "ADDRESS is one of this host's own: its name, 10.0.0.2 or [fd00::2]; "
    "nothing, as in :7777, is any of them. Port 0 takes a free one.",
    2, 2, true, shell_bind },
  { "listen", "SOCKET [BACKLOG]", "step 3, server: wait for connections",
    "BACKLOG connections may wait for 'accept' [16].", 1, 2, true,
    shell_listen },
  { "accept", "SOCKET", "server: take the next connection",
    "Waits until there is one, and gives it a socket of its own.", 1, 1, true,
    shell_accept },
  { "connect", "SOCKET PEER:PORT", "step 3, client: connect to a peer",
    "PEER is a host's name, 10.0.0.2 or [fd00::2]; bob/4 and bob/6 choose the "
    "IP version. A stream waits for the handshake.",
    2, 2, true, shell_connect },
  { "send", "SOCKET TEXT|SIZE [to PEER:PORT]", "step 4: send",
    "TEXT of several words is written in \"...\"; SIZE has a unit, like 10kb. "
    "A datagram may name its receiver. Waits while the send buffer is full.",
    2, 4, true, shell_send },
  { "receive", "SOCKET [SIZE]", "step 4: receive",
    "At most SIZE bytes [64kb] of a stream, or one datagram. Waits until "
    "there is something.",
    1, 2, true, shell_receive },
  { "shutdown", "SOCKET [read|write|both]", "end one direction",
    "write [the default] tells the peer that nothing more will come (FIN).", 1,
    2, true, shell_shutdown },
  { "close", "SOCKET", "end both directions, give the socket back",
    "What was sent is still delivered; unread data makes it a reset.", 1, 1,
    true, shell_close },
  { "option", "SOCKET [NAME [VALUE]]", "set or show an option of a socket",
    "For example: option s1 nodelay on. With SOCKET alone all options.", 1, 3,
    true, shell_option },
  { "status", "[HOST]", "all sockets, as ss(8) shows them",
    "A socket in brackets is closed, but its stack still keeps the "
    "connection.",
    0, 1, false, shell_status },
  { "wait", "[TIME]", "let time pass",
    "Without TIME: until nothing happens any more by itself.", 0, 1, true,
    shell_network_wait },
  { "step", "", "let time pass until the next packet leaves or arrives",
    "Shows that packet.", 0, 0, true, shell_network_step },
  { "limit", "[TIME]", "how long a command waits at most [300s]",
    "On a terminal Ctrl-C ends a wait, too.", 0, 1, false,
    shell_network_limit },
  { "host", "NAME", "go to another host",
    "Each socket belongs to one host; commands act on the one in the prompt.",
    1, 1, false, shell_network_host },
  { "hosts", "", "all hosts and links", "", 0, 0, false, shell_network_hosts },
  { "link", "A B|A>B CHANGE", "change a link: link alice>bob loss 20%",
    "CHANGE as behind 'at TIME link' in a scenario: elements that are there "
    "change, 'chain ...' replaces all, 'down' and 'up' cut and mend it.",
    1, UINT8_MAX, false, shell_network_link },
  { "rule", "A>B match EXPRESSION [data N|...] ACTION",
    "decide on single packets",
    "As in a scenario: rule alice>bob match \"tcp\" data 1 drop", 1, UINT8_MAX,
    false, shell_network_link },
  { "verbose", "on|off", "show each packet, or only how many", "", 1, 1, false,
    shell_verbose },
  { "help", "[COMMAND]", "this list, or one command", "", 0, 1, false,
    shell_help },
  { "quit", "", "the end", "", 0, 0, false, shell_quit },
  { .name = NULL },
};

void
shell_verbose (Shell *shell)
{
  const char *word = shell_word (shell, 1);

  if (strcmp (word, "on") != 0 && strcmp (word, "off") != 0)
    shell_refuse (shell, "usage: verbose on|off");
  else
    shell->verbose = strcmp (word, "on") == 0;
}

static void
print_command (const ShellCommand *command)
{
  printf ("%s%s%s: %s\n", command->name, *command->arguments ? " " : "",
          command->arguments, command->summary);
  if (*command->help != '\0')
    wrap_print (command->help, WRAP_WIDTH, stdout);
}

void
shell_help (Shell *shell)
{
  const char *word = shell_word (shell, 1);

  for (const ShellCommand *command = SHELL_COMMANDS; command->name != NULL;
       command++)
    if (word == NULL)
      printf ("  %-8s  %s\n", command->name, command->summary);
    else if (strcmp (command->name, word) == 0)
      {
        print_command (command);
        return;
      }
  if (word != NULL)
    shell_refuse (shell, "there is no command '%s'; 'help' lists them", word);
}

void
shell_quit (Shell *shell)
{
  shell->over = true;
}
