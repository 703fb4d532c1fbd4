// SPDX-License-Identifier: MIT
/* The kinds of apps there are, one file each. */
#pragma once

#include "sim/app.h"

extern const AppClass APP_MESSAGES_CLASS;
extern const AppClass APP_SEND_CLASS;
extern const AppClass APP_RECEIVE_CLASS;
extern const AppClass APP_ECHO_CLASS;
extern const AppClass APP_DISCARD_CLASS;
extern const AppClass APP_CHARGEN_CLASS;
extern const AppClass APP_HTTP_CLASS;
extern const AppClass APP_GET_CLASS;
extern const AppClass APP_PING_CLASS;
extern const AppClass APP_TRACE_CLASS;
