/* SPDX-License-Identifier: Apache-2.0 */
/* The two headers of a classic pcap file, for whoever writes one. */
#ifndef SONDE_CAPTURE_PCAP_WRITE_H
#define SONDE_CAPTURE_PCAP_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/frame.h"

#define PCAP_FILE_HEAD   24u
#define PCAP_RECORD_HEAD 16u

/*
 * The header of a file of one link type, its times in microseconds or nanoseconds; snaplen 0: no
 * limit.
 */
void pcap_put_file_head(uint8_t out[static PCAP_FILE_HEAD], enum link_type link, uint32_t snaplen,
			bool usec);

/*
 * The header of a frame's record; its bytes follow. A time that 32 bits of seconds cannot say
 * becomes the nearest that they can.
 */
void pcap_put_record_head(uint8_t out[static PCAP_RECORD_HEAD], const struct frame *frame,
			  bool usec);

#endif
