// SPDX-License-Identifier: MIT
#include "sim/http.h"
#include <glib.h>
#include <string.h>

static unsigned
parse (const char *text, HttpHead *head)
{
  g_assert_cmpuint (http_head_length (text, strlen (text)), ==, strlen (text));
  return http_request_parse (text, strlen (text), head);
}

static void
test_get (void)
{
  HttpHead head;
  g_assert_cmpuint (
      parse ("GET /a%20b//./c.txt?x=1 HTTP/1.1\r\nHost: bob\r\n\r\n", &head),
      ==, 0);
  g_assert_cmpint (head.method, ==, HTTP_GET);
  g_assert_cmpstr (head.path, ==, "a b/c.txt");
  g_assert_true (head.keep_alive);
  g_assert_false (head.has_length);
  g_assert_cmpuint (parse ("GET / HTTP/1.0\r\n\r\n", &head), ==, 0);
  g_assert_cmpstr (head.path, ==, "");
  g_assert_false (head.keep_alive);
  g_assert_cmpuint (
      parse ("HEAD http://bob:80/x HTTP/1.1\r\nConnection: close\r\n\r\n",
             &head),
      ==, 0);
  g_assert_cmpint (head.method, ==, HTTP_HEAD);
  g_assert_cmpstr (head.path, ==, "x");
  g_assert_false (head.keep_alive);
}

static void
test_put (void)
{
  HttpHead head;
  g_assert_cmpuint (parse ("PUT /u HTTP/1.1\r\ncontent-length:  12 \r\n"
                           "EXPECT: 100-Continue\r\n\r\n",
                           &head),
                    ==, 0);
  g_assert_cmpint (head.method, ==, HTTP_PUT);
  g_assert_cmpuint (head.length, ==, 12);
  g_assert_true (head.expects_continue);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    unsigned status;
  } cases[] = {
    { "GET /../etc/passwd HTTP/1.1\r\n\r\n", 400 },
    { "GET /a/%2e%2e/%2E./b HTTP/1.1\r\n\r\n", 400 },
    { "GET /a/..%2fb HTTP/1.1\r\n\r\n", 400 },
    { "GET /%00 HTTP/1.1\r\n\r\n", 400 },
    { "GET /%zz HTTP/1.1\r\n\r\n", 400 },
    { "GET /%f HTTP/1.1\r\n\r\n", 400 },
    { "GET /\xff HTTP/1.1\r\n\r\n", 400 },
    { "GET a HTTP/1.1\r\n\r\n", 400 },
    { "GET  HTTP/1.1\r\n\r\n", 400 },
    { "GET /\r\n\r\n", 400 },
    { "GET / HTTP/2.0\r\n\r\n", 505 },
    { "GET / HTTP/1.1\r\nbad line\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nname : value\r\n\r\n", 400 },
    { "PUT /u HTTP/1.1\r\n\r\n", 411 },
    { "PUT /u HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400 },
    { "PUT /u HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400 },
    { "PUT /u HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501 },
  };
  HttpHead head;
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpuint (parse (cases[i].text, &head), ==, cases[i].status);
    }
  g_autoptr (GString) longer = g_string_new ("GET /");
  for (unsigned i = 0; i < HTTP_TARGET_MAX; i++)
    g_string_append_c (longer, 'a');
  g_string_append (longer, " HTTP/1.1\r\n\r\n");
  g_assert_cmpuint (parse (longer->str, &head), ==, 414);
}

static void
test_response (void)
{
  HttpHead head;
  const char *text = "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\n";
  g_assert_true (http_response_parse (text, strlen (text), &head));
  g_assert_cmpuint (head.status, ==, 404);
  g_assert_cmpuint (head.length, ==, 3);
  text = "HTTP/1.1 4x4 Not Found\r\n\r\n";
  g_assert_false (http_response_parse (text, strlen (text), &head));
  g_assert_cmpuint (http_head_length ("GET / HTTP/1.1\r\n\r", 17), ==, 0);
}

/* Bytes at random never do more than be refused. */
static void
test_random (void)
{
  HttpHead head;
  char bytes[80];
  for (unsigned turn = 0; turn < 20000; turn++)
    {
      size_t length = (size_t) g_test_rand_int_range (0, sizeof bytes);
      const char *base = "PUT /a%41/../b HTTP/1.1\r\nContent-Length: 1\r\n\r\n";
      memcpy (bytes, base, strlen (base));
      for (unsigned flips = 0; flips < 4; flips++)
        bytes[g_test_rand_int_range (0, (int) strlen (base))] =
            (char) g_test_rand_int_range (0, 256);
      length = MIN (length, strlen (base));
      g_autofree char *exact = g_memdup2 (bytes, length);
      if (length > 0 && http_request_parse (exact, length, &head) == 0)
        {
          g_auto (GStrv) parts = g_strsplit (head.path, "/", -1);
          g_assert_false (g_strv_contains ((const char *const *) parts, ".."));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/get", test_get);
  g_test_add_func ("/http/put", test_put);
  g_test_add_func ("/http/refused", test_refused);
  g_test_add_func ("/http/response", test_response);
  g_test_add_func ("/http/random", test_random);
  return g_test_run ();
}
