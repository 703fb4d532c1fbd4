// SPDX-License-Identifier: MIT
#include "tun/namespace.h"

#include "sim/output.h"
#include "stack/address.h"
#include "tun/keeper.h"
#include "tun/netlink.h"
#include "tun/refusal.h"
#include "tun/tun.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct Namespace
{
  pid_t keeper;
  int control; /* our end of the socket to the keeper */
  int pidfd;
  unsigned device_count;
  int tun[NAMESPACE_DEVICES_MAX];
};

enum
{
  CONTROL = 3,        /* the keeper's end */
  READY = '+',        /* the message that comes with the devices */
  MESSAGE_MAX = 1024, /* bytes of a refusal */
  TUN_QUEUE = 30000,  /* packets; with less, a burst of the kernel's is cut
                         before the scenario's links see it */
};

G_DEFINE_QUARK (tunlab - namespace - error, namespace_error)

/* --- in the keeper: making the namespace ------------------------------- */

/* The reason for a step that failed goes to tunlab, which tells it. */
static G_NORETURN void
refuse (RefusedStep step)
{
  g_autofree char *message = refusal_explain (step, errno);

  (void) !send (CONTROL, message, strlen (message), MSG_NOSIGNAL);
  _exit (EXIT_FAILURE);
}

/* Settings of the namespace that only make it quieter or kinder: where /proc
 * is read-only, one lives without. */
static void
write_setting (const char *path, const char *text)
{
  int file = open (path, O_WRONLY | O_CLOEXEC);

  if (file < 0)
    return;
  (void) !write (file, text, strlen (text));
  close (file);
}

static bool
write_map (const char *path, unsigned id)
{
  g_autofree char *text = g_strdup_printf ("%u %u 1\n", id, id);
  int file = open (path, O_WRONLY | O_CLOEXEC);
  bool written = file >= 0 && write (file, text, strlen (text)) > 0;

  if (file >= 0)
    close (file);
  return written;
}

/* Users keep their own number: all is set up before the command runs, which so
 * needs no rights, and `id` says what it always does. */
static void
enter_user_namespace (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();

  if (unshare (CLONE_NEWUSER) != 0)
    refuse (REFUSED_USER_NAMESPACE);
  write_setting ("/proc/self/setgroups", "deny");
  if (!write_map ("/proc/self/uid_map", uid)
      || !write_map ("/proc/self/gid_map", gid))
    refuse (REFUSED_USER_MAP);
}

static void
enter_namespaces (void)
{
  const int flags = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS;

  if (geteuid () == 0 && unshare (flags) == 0)
    return;
  enter_user_namespace ();
  if (unshare (flags) != 0)
    refuse (REFUSED_NAMESPACE);
}

/* Devices made from now on don't talk by themselves, and programs may ping and
 * serve port 80 without rights. */
static void
quieten (void)
{
  g_autofree char *group =
      g_strdup_printf ("%u %u", (unsigned) getegid (), (unsigned) getegid ());

  write_setting ("/proc/sys/net/ipv6/conf/default/accept_ra", "0");
  write_setting ("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");
  write_setting ("/proc/sys/net/ipv6/conf/default/router_solicitations", "0");
  write_setting ("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0");
  write_setting ("/proc/sys/net/ipv4/ping_group_range", group);
  write_setting ("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
}

/* The file lives on a tmpfs that nobody else sees and that is gone from /tmp
 * before the command runs. */
static bool
mount_names (const char *text)
{
  int file, error;
  bool written;

  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tunlab", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, NULL) != 0)
    return false;
  file = open ("/tmp/hosts", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  written = file >= 0 && write (file, text, strlen (text)) >= 0
            && fchmod (file, 0644) == 0
            && mount ("/tmp/hosts", "/etc/hosts", NULL, MS_BIND, NULL) == 0;
  error = errno;
  if (file >= 0)
    close (file);
  if (umount2 ("/tmp", MNT_DETACH) != 0)
    return false;
  errno = error;
  return written;
}

static int
make_device (const NamespaceDevice *device)
{
  int tun = tun_open ();

  if (tun < 0)
    refuse (REFUSED_DEVICE_FILE);
  if (!tun_create (tun, device->name))
    refuse (REFUSED_DEVICE);
  if (!netlink_link_up (device->name, device->mtu, TUN_QUEUE))
    refuse (REFUSED_LINK);
  for (unsigned i = 0; i < device->addresses->len; i++)
    {
      const ScenarioAddress *address =
          &g_array_index (device->addresses, ScenarioAddress, i);

      if (!netlink_address_add (device->name, &address->address,
                                address->prefix_length))
        refuse (address_is_ipv4 (&address->address) ? REFUSED_IPV4
                                                    : REFUSED_IPV6);
    }
  for (unsigned i = 0; device->routes != NULL && i < device->routes->len; i++)
    {
      const TopologyRoute *route =
          &g_array_index (device->routes, TopologyRoute, i);

      if (!netlink_route_add (device->name, &route->prefix, route->length))
        refuse (address_is_ipv4 (&route->prefix) ? REFUSED_IPV4 : REFUSED_IPV6);
    }
  return tun;
}

/* Gives the devices, if there are any, to tunlab and keeps none. */
static void
send_devices (const int *tun, unsigned count)
{
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (NAMESPACE_DEVICES_MAX * sizeof (int))];
  } control = { .header.cmsg_len = CMSG_LEN (count * sizeof (int)),
                .header.cmsg_level = SOL_SOCKET,
                .header.cmsg_type = SCM_RIGHTS };
  char ready = READY;
  struct iovec data = { .iov_base = &ready, .iov_len = 1 };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen =
                                CMSG_SPACE (count * sizeof (int)) };

  memcpy (CMSG_DATA (&control.header), tun, count * sizeof (int));
  if (sendmsg (CONTROL, &message, MSG_NOSIGNAL) < 0)
    refuse (REFUSED_PROCESS);
  for (unsigned i = 0; i < count; i++)
    close (tun[i]);
}

static G_NORETURN void
keeper_main (const NamespaceConfig *config, int control, pid_t tunlab)
{
  int tun[NAMESPACE_DEVICES_MAX];

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != tunlab || dup2 (control, CONTROL) < 0)
    _exit (EXIT_FAILURE);
  fcntl (CONTROL, F_SETFD, FD_CLOEXEC);
  close_range (CONTROL + 1, ~0U, 0);
  enter_namespaces ();
  /* A change of rights clears it. */
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  quieten ();
  if (!netlink_link_up ("lo", 0, 0))
    refuse (REFUSED_LINK);
  for (unsigned i = 0; i < config->device_count; i++)
    tun[i] = make_device (&config->devices[i]);
  if (sethostname (config->host, strlen (config->host)) != 0
      || !mount_names (config->names))
    refuse (REFUSED_NAMES);
  send_devices (tun, config->device_count);
  int code = keeper_run (CONTROL, config->command);
  if (config->scratch != NULL && getppid () != tunlab)
    output_remove (config->scratch);
  _exit (code);
}

/* --- in tunlab ---------------------------------------------------------- */

static void
set_refused (GError **error, RefusedStep step)
{
  g_autofree char *message = refusal_explain (step, errno);

  g_set_error_literal (error, NAMESPACE_ERROR, NAMESPACE_ERROR_REFUSED,
                       message);
}

/* The devices, or why there are none. */
static bool
receive_devices (Namespace *namespace, GError **error)
{
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (NAMESPACE_DEVICES_MAX * sizeof (int))];
  } control = { 0 };
  char text[MESSAGE_MAX + 1];
  struct iovec data = { .iov_base = text, .iov_len = MESSAGE_MAX };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control };
  ssize_t length = recvmsg (namespace->control, &message, MSG_CMSG_CLOEXEC);
  const struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  if (length == 1 && text[0] == READY)
    {
      size_t bytes = header != NULL ? header->cmsg_len - CMSG_LEN (0) : 0;
      memcpy (namespace->tun, CMSG_DATA (&control.header), bytes);
      namespace->device_count = (unsigned) (bytes / sizeof (int));
      return true;
    }
  text[MAX (length, 0)] = '\0';
  g_set_error_literal (error, NAMESPACE_ERROR, NAMESPACE_ERROR_REFUSED,
                       length > 0 ? text
                                  : "the process for the namespace was killed "
                                    "while it was being made: try again");
  return false;
}

/* Signals that arrive from now on wait for the keeper to listen. */
static pid_t
fork_keeper (const NamespaceConfig *config, int control)
{
  pid_t tunlab = getpid (), keeper;
  sigset_t signals, before;

  keeper_signals (&signals);
  sigaddset (&signals, SIGCHLD);
  sigprocmask (SIG_BLOCK, &signals, &before);
  keeper = fork ();
  if (keeper == 0)
    keeper_main (config, control, tunlab);
  sigprocmask (SIG_SETMASK, &before, NULL);
  return keeper;
}

Namespace *
namespace_new (const NamespaceConfig *config, GError **error)
{
  Namespace *namespace = g_new0 (Namespace, 1);
  int ends[2];

  g_assert (config->device_count <= NAMESPACE_DEVICES_MAX);
  namespace->pidfd = -1;
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    {
      set_refused (error, REFUSED_PROCESS);
      g_free (namespace);
      return NULL;
    }
  namespace->control = ends[0];
  namespace->keeper = fork_keeper (config, ends[1]);
  close (ends[1]);
  if (namespace->keeper > 0)
  namespace->pidfd = (int) syscall (SYS_pidfd_open, namespace->keeper, 0);
  if (namespace->pidfd < 0)
    set_refused (error, REFUSED_PROCESS);
  else if (receive_devices (namespace, error))
    return namespace;
  namespace_free (namespace);
  return NULL;
}

void
namespace_free (Namespace *namespace)
{
  close (namespace->control);
  if (namespace->keeper > 0)
    {
      kill (namespace->keeper, SIGTERM); /* it finds CONTROL closed */
      namespace_wait (namespace);
    }
  if (namespace->pidfd >= 0)
    close (namespace->pidfd);
  for (unsigned i = 0; i < namespace->device_count; i++)
    close (namespace->tun[i]);
  g_free (namespace);
}

int
namespace_tun (const Namespace *namespace, unsigned device)
{
  g_assert (device < namespace->device_count);
  return namespace->tun[device];
}

void
namespace_start (Namespace *namespace)
{
  (void) !send (namespace->control, "", 1, MSG_NOSIGNAL);
}

void
namespace_signal (Namespace *namespace, int signal_number)
{
  if (namespace->keeper > 0)
    kill (namespace->keeper, signal_number);
}

int
namespace_pidfd (const Namespace *namespace)
{
  return namespace->pidfd;
}

int
namespace_wait (Namespace *namespace)
{
  int status = 0;
  pid_t pid;

  do
    pid = waitpid (namespace->keeper, &status, 0);
  while (pid < 0 && errno == EINTR);
  namespace->keeper = 0;
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}
