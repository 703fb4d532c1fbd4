// SPDX-License-Identifier: MIT
/* A TUN device: a network interface of the kernel whose other end is a file.
 * What the kernel sends over it is read here, one whole IP packet a call; what
 * is written here, the kernel receives. Nothing stands before the packet
 * (IFF_NO_PI). The device lives as long as its file is open. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TUN_PATH       "/dev/net/tun"
#define TUN_PACKET_MAX 65535
#define TUN_NAME_MAX   15

/* The file from which devices are made, bound to the caller's network
 * namespace; -1 and errno. Non-blocking, closed on exec. */
int tun_open (void);

/* Turns TUN into the device NAME, which is down; false and errno. */
bool tun_create (int tun, const char *name);

/* The next packet's length, 0: none waits, -1 and errno: the device is gone. */
ssize_t tun_read (int tun, uint8_t *buffer, size_t size);

/* False and errno: the kernel did not take it (EINVAL: it is no IP packet). */
bool tun_write (int tun, const uint8_t *packet, size_t length);
