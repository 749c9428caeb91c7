// SPDX-License-Identifier: Apache-2.0
/* Opens TAP, TUN and packet sockets inside a named network namespace. */
#ifndef SONDE_LAB_COMMON_DEVICE_H
#define SONDE_LAB_COMMON_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"

/*
 * Moves the calling thread into the network namespace whose file is PATH
 * (/run/netns/NAME). "-" stays where it is. 0 or -1.
 */
int device_enter(const char *path, struct fail *f);

/*
 * Makes the TAP device NAME (TUN when LAYER3) in the current namespace, without
 * packet information, non-blocking, with a long transmit queue so that a burst
 * is dropped by the link's own rules and not before it. It goes away when the
 * descriptor is closed. Returns the descriptor or -1.
 */
int device_tap(const char *name, bool layer3, struct fail *f);

/*
 * A packet socket on the existing device NAME of the current namespace, all
 * addresses, own transmissions not seen, checksum state in PACKET_AUXDATA.
 * RET_LAYER3 is true when the device carries bare IP. Descriptor or -1.
 */
int device_packet(const char *name, bool *ret_layer3, struct fail *f);

/* Ends this process when its parent does. 0 or -1. */
int device_follow_parent(struct fail *f);

#endif
