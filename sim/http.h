// SPDX-License-Identifier: MIT
/* Heads of HTTP/1.1 messages (RFC 9112), as much as GET, HEAD and PUT need:
 * no chunked coding, no folded lines. Pure functions on text. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_MAX   8192
#define HTTP_TARGET_MAX 1024

/* Bytes up to and with the empty line that ends a head; 0: not there yet. */
size_t http_head_length (const char *bytes, size_t length);

typedef enum
{
  HTTP_GET,
  HTTP_HEAD,
  HTTP_PUT,
  HTTP_OTHER
} HttpMethod;

typedef struct
{
  HttpMethod method;
  char path[HTTP_TARGET_MAX]; /* relative, decoded: "a/b.txt", "" for "/" */
  unsigned status;            /* of a response */
  bool keep_alive;
  bool expects_continue;
  bool has_length;
  uint64_t length; /* of the body, if has_length */
} HttpHead;

/* HEAD is of LENGTH bytes. 0, or the status with which to refuse it: 400, 411
 * (PUT without length), 414, 501 (a transfer coding), 505. A path that leaves
 * its root by ".." is 400. */
unsigned
http_request_parse (const char *head, size_t length, HttpHead *request);

/* False: no response head. */
bool http_response_parse (const char *head, size_t length, HttpHead *response);

/* "Not Found" */
const char *http_status_text (unsigned status);
