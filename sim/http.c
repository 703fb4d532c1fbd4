// SPDX-License-Identifier: MIT
#include "sim/http.h"
#include <string.h>

size_t
http_head_length (const char *bytes, size_t length)
{
  const char *end = memmem (bytes, length, "\r\n\r\n", 4);
  return end ? (size_t) (end - bytes) + 4 : 0;
}

/* A line without its CR LF; *AT moves behind it. */
static bool
next_line (const char **at, const char *end, const char **line, size_t *length)
{
  const char *found = memmem (*at, (size_t) (end - *at), "\r\n", 2);
  if (!found)
    return false;
  *line = *at;
  *length = (size_t) (found - *at);
  *at = found + 2;
  return *length > 0;
}

static bool
is_word (const char *text, size_t length, const char *word)
{
  return strlen (word) == length
         && g_ascii_strncasecmp (text, word, length) == 0;
}

/* Does a comma separated list have the word? */
static bool
has_word (const char *text, size_t length, const char *word)
{
  const char *end = text + length;
  while (text < end)
    {
      const char *comma = memchr (text, ',', (size_t) (end - text));
      const char *stop = comma ? comma : end;
      const char *last = stop;
      while (text < last && (*text == ' ' || *text == '\t'))
        text++;
      while (last > text && (last[-1] == ' ' || last[-1] == '\t'))
        last--;
      if (is_word (text, (size_t) (last - text), word))
        return true;
      text = comma ? comma + 1 : end;
    }
  return false;
}

static bool
read_length (const char *text, size_t length, uint64_t *value)
{
  *value = 0;
  if (length == 0 || length > 18)
    return false;
  for (size_t i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return false;
      *value = *value * 10 + (uint64_t) (text[i] - '0');
    }
  return true;
}

/* One field line, RFC 9112 5. 0 or the status that refuses it. */
static unsigned
take_field (HttpHead *head, const char *line, size_t length)
{
  const char *colon = memchr (line, ':', length);
  if (!colon || colon == line || g_ascii_isspace (colon[-1]))
    return 400;
  size_t name = (size_t) (colon - line);
  const char *value = colon + 1, *end = line + length;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  size_t size = (size_t) (end - value);

  if (is_word (line, name, "content-length"))
    {
      uint64_t before = head->length;
      bool again = head->has_length;
      head->has_length = read_length (value, size, &head->length);
      /* Two that disagree are an attack, RFC 9112 6.3. */
      if (!head->has_length || (again && head->length != before))
        return 400;
    }
  else if (is_word (line, name, "transfer-encoding"))
    return 501;
  else if (is_word (line, name, "expect"))
    head->expects_continue = is_word (value, size, "100-continue");
  else if (is_word (line, name, "connection"))
    {
      if (has_word (value, size, "close"))
        head->keep_alive = false;
      else if (has_word (value, size, "keep-alive"))
        head->keep_alive = true;
    }
  return 0;
}

static unsigned
take_fields (HttpHead *head, const char *at, const char *end)
{
  const char *line;
  size_t length;
  unsigned refused = 0;
  while (!refused && next_line (&at, end, &line, &length))
    refused = take_field (head, line, length);
  return refused;
}

static bool
decode_percent (const char *text, const char *end, char *out)
{
  if (end - text < 3)
    return false;
  int high = g_ascii_xdigit_value (text[1]);
  int low = g_ascii_xdigit_value (text[2]);
  if (high < 0 || low < 0)
    return false;
  *out = (char) (high * 16 + low);
  return *out != '\0';
}

/* No component may be ".."; "." and empty ones are dropped. */
static bool
normalize (char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  char *to = path;
  *to = '\0';
  for (char **part = parts; *part; part++)
    {
      if (strcmp (*part, "..") == 0)
        return false;
      if (**part == '\0' || strcmp (*part, ".") == 0)
        continue;
      if (to > path)
        *to++ = '/';
      to = g_stpcpy (to, *part);
    }
  return true;
}

/* "/a%20b?query" to "a b"; also the absolute form, RFC 9112 3.2.2. */
static unsigned
take_target (HttpHead *head, const char *text, size_t length)
{
  const char *end = text + length;
  if (length > 7 && g_ascii_strncasecmp (text, "http://", 7) == 0)
    {
      text = memchr (text + 7, '/', length - 7);
      if (!text)
        return 0; /* "http://bob": its root */
    }
  if (text == end || *text != '/')
    return 400;
  if (end - text >= HTTP_TARGET_MAX)
    return 414;
  char *to = head->path;
  for (text++; text < end && *text != '?' && *text != '#'; text++)
    if (*text != '%')
      *to++ = *text;
    else if (decode_percent (text, end, to))
      {
        to++;
        text += 2;
      }
    else
      return 400;
  *to = '\0';
  if (!g_utf8_validate (head->path, -1, NULL) || !normalize (head->path))
    return 400;
  return 0;
}

static HttpMethod
method_of (const char *text, size_t length)
{
  static const char *const words[] = { "GET", "HEAD", "PUT" };
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && memcmp (text, words[i], length) == 0)
      return (HttpMethod) i;
  return HTTP_OTHER;
}

/* "HTTP/1.1": 505 for other majors, 400 for anything else. */
static unsigned
take_version (HttpHead *head, const char *text, size_t length)
{
  if (length != 8 || memcmp (text, "HTTP/", 5) != 0 || text[6] != '.'
      || !g_ascii_isdigit (text[5]) || !g_ascii_isdigit (text[7]))
    return 400;
  head->keep_alive = text[7] != '0';
  return text[5] == '1' ? 0 : 505;
}

unsigned
http_request_parse (const char *bytes, size_t length, HttpHead *request)
{
  *request = (HttpHead){ 0 };
  const char *at = bytes, *end = bytes + length, *line;
  size_t size;
  if (memchr (bytes, '\0', length) || !next_line (&at, end, &line, &size))
    return 400;
  const char *target = memchr (line, ' ', size);
  const char *version = target ? memrchr (line, ' ', size) : NULL;
  if (!version || version == target)
    return 400;
  request->method = method_of (line, (size_t) (target - line));
  target++;
  unsigned refused =
      take_version (request, version + 1, (size_t) (line + size - version - 1));
  if (!refused)
    refused = take_target (request, target, (size_t) (version - target));
  if (!refused)
    refused = take_fields (request, at, end);
  if (!refused && request->method == HTTP_PUT && !request->has_length)
    refused = 411;
  return refused;
}

bool
http_response_parse (const char *bytes, size_t length, HttpHead *response)
{
  *response = (HttpHead){ 0 };
  const char *at = bytes, *end = bytes + length, *line;
  size_t size;
  if (!next_line (&at, end, &line, &size) || size < 12
      || take_version (response, line, 8) != 0 || line[8] != ' ')
    return false;
  for (unsigned i = 9; i < 12; i++)
    {
      if (!g_ascii_isdigit (line[i]))
        return false;
      response->status = response->status * 10 + (unsigned) (line[i] - '0');
    }
  return take_fields (response, at, end) == 0;
}

const char *
http_status_text (unsigned status)
{
  switch (status)
    {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
    }
}
