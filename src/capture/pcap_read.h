/* SPDX-License-Identifier: Apache-2.0 */
/* Reads classic pcap: micro- and nanosecond, both byte orders, old and modified headers. */
#ifndef SONDE_CAPTURE_PCAP_READ_H
#define SONDE_CAPTURE_PCAP_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/inventory.h"
#include "capture/source.h"
#include "packet/frame.h"

/* Which of the two lengths stands first, as the file's version has it. */
enum pcap_length_order {
	PCAP_CAPTURED_FIRST,
	PCAP_WIRE_FIRST,
	PCAP_SMALLER_IS_CAPTURED, /* version 2.3 was written both ways */
};

/* State of one reading; fields are pcap_read.c's own. */
struct pcap_reader {
	struct source *source;
	struct inventory *inventory;
	uint64_t frames;
	uint64_t offset; /* of the record last given */
	uint32_t record_head;
	uint32_t nsec_per_tick;
	enum link_type link;
	enum pcap_length_order order;
	bool big_endian;
};

/*
 * The link type of a network number of a file, pcap's or pcapng's: files hold LINKTYPE numbers, but
 * some writers put their system's DLT_RAW there instead; what is not link type is masked out.
 */
enum link_type capture_link(uint32_t network);

/* True when these four bytes start a classic pcap file. */
bool pcap_is_magic(const uint8_t bytes[static 4]);

/*
 * Reads the file header from source (at its beginning, not owned) and adds the file's one
 * interface and section to inventory (not owned). 0, -EAGAIN when a growing file does not have
 * its header yet, or a negative code and a clause as pcapng_reader_next() gives.
 */
int pcap_reader_init(struct pcap_reader *r, struct source *source, struct inventory *inventory,
		     struct err *err);

/* As pcapng_reader_next(). */
int pcap_reader_next(struct pcap_reader *r, struct frame *ret_frame, struct err *err);

/*
 * The next frames as far as whole good records of them are held, at most max: how many. What is
 * not so is left for pcap_reader_next() to judge.
 */
unsigned pcap_reader_held(struct pcap_reader *r, struct frame *ret_frames, unsigned max);

#endif
