// SPDX-License-Identifier: MIT
#include "tun/refusal.h"

#include <errno.h>
#include <glib.h>
#include <unistd.h>

/* Is the number in file PATH equal to VALUE? No file: no. */
static bool
file_says (const char *path, gint64 value)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL)
         && g_ascii_strtoll (text, NULL, 10) == value;
}

static const char *
cure_limit (void)
{
  if (file_says ("/proc/sys/user/max_user_namespaces", 0))
    return "the system allows no user namespaces: as root, 'sysctl "
           "user.max_user_namespaces=10000', or run tunlab as root";
  return "the system's limit of namespaces is reached: as root, raise the "
         "user.max_*_namespaces that 'sysctl user' shows, or end what uses "
         "them";
}

/* Why somebody without rights gets no namespaces, or none with rights. */
static const char *
cure_permission (void)
{
  if (file_says ("/proc/sys/kernel/unprivileged_userns_clone", 0))
    return "namespaces are for root only here: as root, 'sysctl "
           "kernel.unprivileged_userns_clone=1', or run tunlab as root";
  if (file_says ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1))
    return "AppArmor keeps namespaces without rights for this program: as "
           "root, 'sysctl kernel.apparmor_restrict_unprivileged_userns=0' or "
           "an AppArmor profile with 'userns,' for tunlab, or run tunlab as "
           "root";
  return "this looks like a container: start it with '--cap-add SYS_ADMIN "
         "--cap-add NET_ADMIN --device /dev/net/tun' (and, under AppArmor or "
         "seccomp, '--security-opt apparmor=unconfined --security-opt "
         "seccomp=unconfined')";
}

static const char *
cure_device_file (int error)
{
  switch (error)
    {
    case EACCES:
    case EPERM:
      return "only root may open it here: as root, 'chmod 0666 /dev/net/tun' "
             "(the usual mode; a user can make devices in his own namespace "
             "only), or run tunlab as root";
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return "the kernel's TUN driver is not there: as root, 'modprobe tun'; "
             "in a container, start it with '--device /dev/net/tun'";
    default:
      return "see 'tunlab doctor'";
    }
}

static const char *
cure_namespace (int error)
{
  switch (error)
    {
    case ENOSPC:
    case EUSERS:
      return cure_limit ();
    case EINVAL:
    case ENOSYS:
      return "the kernel was built without namespaces: use one with "
             "CONFIG_USER_NS and CONFIG_NET_NS";
    default:
      return cure_permission ();
    }
}

static const char *
cure_ipv6 (int error)
{
  if (error == EACCES || error == EAFNOSUPPORT || error == EOPNOTSUPP)
    return "IPv6 is off in this kernel: boot it without 'ipv6.disable=1', or "
           "take the IPv6 addresses out of the scenario";
  return "see 'tunlab doctor'";
}

static const char *
refusal_cure (RefusedStep step, int error)
{
  switch (step)
    {
    case REFUSED_USER_NAMESPACE:
    case REFUSED_USER_MAP:
    case REFUSED_NAMESPACE:
      return cure_namespace (error);
    case REFUSED_DEVICE_FILE:
      return cure_device_file (error);
    case REFUSED_IPV6:
      return cure_ipv6 (error);
    case REFUSED_NAMES:
      if (error == ENOENT)
        return "as root, 'touch /etc/hosts'";
      return cure_permission ();
    case REFUSED_DEVICE:
    case REFUSED_LINK:
      if (error == EPERM || error == EACCES)
        return cure_permission ();
      return "see 'tunlab doctor'";
    case REFUSED_IPV4:
      return "see 'tunlab doctor'";
    case REFUSED_PROCESS:
    default:
      return "free some memory, processes or open files";
    }
}

char *
refusal_explain (RefusedStep step, int error)
{
  static const char *const what[] = {
    [REFUSED_USER_NAMESPACE] = "cannot make a user namespace",
    [REFUSED_USER_MAP] = "cannot map the user into a namespace",
    [REFUSED_NAMESPACE] = "cannot make a network namespace",
    [REFUSED_DEVICE_FILE] = "cannot open /dev/net/tun",
    [REFUSED_DEVICE] = "cannot make a TUN device",
    [REFUSED_LINK] = "cannot set a device up",
    [REFUSED_IPV4] = "cannot give a device its IPv4 address",
    [REFUSED_IPV6] = "cannot give a device its IPv6 address",
    [REFUSED_NAMES] = "cannot put the scenario's names into /etc/hosts",
    [REFUSED_PROCESS] = "cannot make a process for the namespace",
  };

  return g_strdup_printf ("%s (%s): %s", what[step], g_strerror (error),
                          refusal_cure (step, error));
}
