// SPDX-License-Identifier: MIT
/* The web server against a client that says exactly what the test wants. */
#include "sim/run.h"
#include "stack/address.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char SCENARIO[] = "host alice 10.0.0.1/24 fd00::1/64\n"
                               "host bob 10.0.0.2/24 fd00::2/64\n"
                               "link alice bob delay 5ms loss 2%\n"
                               "app bob http www\n";

typedef struct
{
  char *folder, *files;
  Scenario *scenario;
  Run *run;
  Host *client;
  int socket;
  GString *reply;
  bool ended;
} Fixture;

static void
set_up (Fixture *fixture, const void *data)
{
  fixture->folder = g_dir_make_tmp ("test-http-XXXXXX", NULL);
  fixture->files = g_build_filename (fixture->folder, "files", NULL);
  g_autofree char *www = g_build_filename (fixture->folder, "www", NULL);
  g_autofree char *page = g_build_filename (www, "a.txt", NULL);
  g_assert_cmpint (g_mkdir (fixture->files, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (www, 0700), ==, 0);
  g_assert_true (g_file_set_contents (page, "hello\n", -1, NULL));
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  fixture->scenario =
      scenario_parse (SCENARIO, "test", fixture->folder, NULL, errors);
  g_assert_nonnull (fixture->scenario);
  fixture->run = run_new (fixture->scenario, fixture->files, NULL, NULL);
  fixture->client =
      host_from_node (network_find_node (run_network (fixture->run), "alice"));
  fixture->reply = g_string_new (NULL);
  run_start (fixture->run);
}

static void
remove_tree (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      remove_tree (below);
    }
  if (folder)
    g_dir_close (folder);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *fixture, const void *data)
{
  run_free (fixture->run);
  scenario_free (fixture->scenario);
  remove_tree (fixture->folder);
  g_string_free (fixture->reply, true);
  g_free (fixture->folder);
  g_free (fixture->files);
}

static Time
now (Fixture *fixture)
{
  return run_network (fixture->run)->sim.now;
}

/* What has come, and the end of the stream. */
static void
read_reply (Fixture *fixture)
{
  char bytes[4096];
  ssize_t got;
  while (!fixture->ended
         && (got = socket_receive (host_stack (fixture->client),
                                   fixture->socket, bytes, sizeof bytes))
                != -EAGAIN)
    {
      g_assert_cmpint (got, >=, 0);
      fixture->ended = got == 0;
      g_string_append_len (fixture->reply, bytes, got);
    }
  host_pump (fixture->client, now (fixture));
}

static void
let_pass (Fixture *fixture, Time time)
{
  Time end = now (fixture) + time;
  while (sim_step (&run_network (fixture->run)->sim, end))
    read_reply (fixture);
}

static void
connect_to (Fixture *fixture, const char *address)
{
  Endpoint server = { .port = 80 };
  g_assert_true (address_parse (address, &server.address));
  fixture->socket =
      socket_new (host_stack (fixture->client),
                  address_is_ipv4 (&server.address) ? SOCKET_IPV4 : SOCKET_IPV6,
                  SOCKET_STREAM);
  g_assert_cmpint (
      socket_connect (host_stack (fixture->client), fixture->socket, &server),
      ==, -EINPROGRESS);
  fixture->ended = false;
  host_pump (fixture->client, now (fixture));
  let_pass (fixture, 10 * SECOND);
}

static void
say (Fixture *fixture, const char *bytes, size_t length)
{
  g_string_truncate (fixture->reply, 0);
  while (length > 0)
    {
      ssize_t sent = socket_send (host_stack (fixture->client), fixture->socket,
                                  bytes, length);
      if (sent > 0)
        {
          bytes += sent;
          length -= (size_t) sent;
        }
      else
        g_assert_cmpint (sent, ==, -EAGAIN);
      host_pump (fixture->client, now (fixture));
      let_pass (fixture, 100 * MILLISECOND);
    }
  let_pass (fixture, 10 * SECOND);
}

static void
say_text (Fixture *fixture, const char *text)
{
  say (fixture, text, strlen (text));
}

static void
assert_reply (Fixture *fixture, const char *text)
{
  g_assert_cmpstr (fixture->reply->str, ==, text);
}

static void
test_keep_alive (Fixture *fixture, const void *data)
{
  connect_to (fixture, "10.0.0.2");
  say_text (fixture, "GET /a.txt HTTP/1.1\r\nHost: bob\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n");
  say_text (fixture, "HEAD /a.txt HTTP/1.1\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
  /* Two at once, the second of which asks for the end. */
  say_text (fixture, "GET /a.txt HTTP/1.1\r\n\r\n"
                     "GET /a.txt HTTP/1.1\r\nConnection: close\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
                         "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
                         "Connection: close\r\n\r\nhello\n");
  g_assert_true (fixture->ended);
}

static void
assert_file (Fixture *fixture, const char *name, const char *bytes, size_t size)
{
  g_autofree char *path = g_build_filename (fixture->files, name, NULL);
  g_autofree char *found = NULL;
  size_t length;
  g_assert_true (g_file_get_contents (path, &found, &length, NULL));
  g_assert_cmpuint (length, ==, size);
  g_assert_true (memcmp (found, bytes, size) == 0);
}

static void
test_put (Fixture *fixture, const void *data)
{
  connect_to (fixture, "fd00::2");
  say_text (fixture, "PUT /up/b HTTP/1.1\r\nContent-Length: 3\r\n\r\none");
  assert_reply (fixture, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  assert_file (fixture, "up/b", "one", 3);
  say_text (fixture, "PUT /up/b HTTP/1.1\r\nContent-Length: 4\r\n\r\ntw");
  assert_reply (fixture, "");
  assert_file (fixture, "up/b", "one", 3); /* until the new one is whole */
  say_text (fixture, "o!");
  assert_reply (fixture, "HTTP/1.1 204 No Content\r\n\r\n");
  assert_file (fixture, "up/b", "two!", 4);
  say_text (fixture, "GET /up/b HTTP/1.1\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntwo!");
  say_text (fixture, "PUT /empty HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  assert_file (fixture, "empty", "", 0);
}

/* As curl does it: the body is sent when it is wanted. */
static void
test_expect (Fixture *fixture, const void *data)
{
  const size_t size = 1000000;
  g_autofree char *bytes = g_malloc (size);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (char) g_test_rand_int ();
  connect_to (fixture, "10.0.0.2");
  say_text (fixture, "PUT /big HTTP/1.1\r\nContent-Length: 1000000\r\n"
                     "Expect: 100-continue\r\n\r\n");
  assert_reply (fixture, "HTTP/1.1 100 Continue\r\n\r\n");
  say (fixture, bytes, size);
  assert_reply (fixture, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  assert_file (fixture, "big", bytes, size);
}

static void
test_refusals (Fixture *fixture, const void *data)
{
  static const struct
  {
    const char *request, *status;
  } cases[] = {
    { "GET /none HTTP/1.1\r\n\r\n", "404" },
    { "GET / HTTP/1.1\r\n\r\n", "404" },
    { "GET /../a.txt HTTP/1.1\r\n\r\n", "400" },
    { "GET /%2e%2e/files/x HTTP/1.1\r\n\r\n", "400" },
    { "DELETE /a.txt HTTP/1.1\r\n\r\n", "405" },
    { "PUT /x HTTP/1.1\r\n\r\n", "411" },
    { "PUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "403" },
    { "PUT /../x HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "400" },
    { "PUT /x HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", "413" },
    { "nonsense\r\n\r\n", "400" },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      connect_to (fixture, "10.0.0.2");
      say_text (fixture, cases[i].request);
      g_assert_cmpint (strncmp (fixture->reply->str, "HTTP/1.1 ", 9), ==, 0);
      g_assert_cmpint (strncmp (fixture->reply->str + 9, cases[i].status, 3),
                       ==, 0);
      g_assert_nonnull (
          strstr (fixture->reply->str, "\r\nConnection: close\r\n"));
      g_assert_true (fixture->ended);
      socket_close (host_stack (fixture->client), fixture->socket);
    }
  /* Nothing was written anywhere. */
  g_autoptr (GDir) files = g_dir_open (fixture->files, 0, NULL);
  g_assert_null (g_dir_read_name (files));
}

static void
test_endless_head (Fixture *fixture, const void *data)
{
  g_autofree char *noise = g_strnfill (20000, 'x');
  connect_to (fixture, "10.0.0.2");
  say_text (fixture, noise);
  g_assert_true (g_str_has_prefix (fixture->reply->str, "HTTP/1.1 431 "));
  g_assert_true (fixture->ended);
}

/* Who goes away in the middle leaves nothing behind. */
static void
test_half_a_put (Fixture *fixture, const void *data)
{
  connect_to (fixture, "10.0.0.2");
  say_text (fixture, "PUT /half HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf");
  socket_close (host_stack (fixture->client), fixture->socket);
  host_pump (fixture->client, now (fixture));
  fixture->ended = true;
  let_pass (fixture, 10 * SECOND);
  g_autoptr (GDir) files = g_dir_open (fixture->files, 0, NULL);
  g_assert_null (g_dir_read_name (files));
}

#define ADD(name, function)                                                    \
  g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/http-server/keep-alive", test_keep_alive);
  ADD ("/http-server/put", test_put);
  ADD ("/http-server/expect", test_expect);
  ADD ("/http-server/refusals", test_refusals);
  ADD ("/http-server/endless-head", test_endless_head);
  ADD ("/http-server/half-a-put", test_half_a_put);
  return g_test_run ();
}
