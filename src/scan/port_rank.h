/* SPDX-License-Identifier: Apache-2.0 */
/* data/tcp-ports.txt and udp-ports.txt inside the program (script/make-tables); see port_rank(). */
#ifndef SONDE_SCAN_PORT_RANK_H
#define SONDE_SCAN_PORT_RANK_H

#include <stddef.h>
#include <stdint.h>

/* Most popular first, each port once. */
extern const uint16_t rank_tcp[];
extern const size_t rank_tcp_count;
extern const uint16_t rank_udp[];
extern const size_t rank_udp_count;

#endif
