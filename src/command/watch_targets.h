/* SPDX-License-Identifier: Apache-2.0 */
/* Which interfaces the traffic of a scanner will take, as far as its command line tells. */
#ifndef SONDE_COMMAND_WATCH_TARGETS_H
#define SONDE_COMMAND_WATCH_TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include "net/device.h"

/*
 * Looks for addresses, prefixes, ranges and names of interfaces among the words of a command
 * (words[0] is its name) and asks the kernel for the ways there, and to the name servers of
 * /etc/resolv.conf. Writes the interfaces' indices, each once, and returns how many; 0 when no word
 * is an address, or one may be a name or a list of targets, or there are more than max interfaces:
 * then only a capture on all of them misses nothing. Nothing is sent and no name looked up.
 */
size_t watch_targets_interfaces(const struct device_list *devices, char *const words[],
				size_t count, size_t max, uint32_t ret_interfaces[]);

#endif
