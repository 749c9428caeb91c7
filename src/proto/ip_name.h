/* SPDX-License-Identifier: Apache-2.0 */
/* Names of IP protocol numbers. */
#ifndef SONDE_PROTO_IP_NAME_H
#define SONDE_PROTO_IP_NAME_H

#include <stdint.h>

/* The name, a constant in lower case ("gre"); NULL for a number that has none. */
const char *ip_protocol_name(uint8_t protocol);

#endif
