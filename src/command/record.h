/* SPDX-License-Identifier: Apache-2.0 */
/* The capture file that a scan leaves behind. */
#ifndef SONDE_COMMAND_RECORD_H
#define SONDE_COMMAND_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/nsec.h"
#include "capture/pcapng_write.h"
#include "net/device.h"
#include "net/ring.h"
#include "packet/frame.h"
#include "wire/addr.h"

struct record;

/* Where to write; at most one of path and last. */
struct record_options {
	const char *path;            /* -w FILE, or NULL */
	bool last;                   /* the place where `sonde explain` finds the last scan */
	const char *command;         /* the exact command line */
	const char *const *comments; /* further ones about the file */
	size_t comment_count;
	nsec_t started;     /* start of the scan or capture, on the clock of the frames */
	nsec_t wall_offset; /* wall time minus the time of the frames */
	uint32_t snap_len;  /* bytes kept of a frame; 0: all */
	bool as_pcap; /* a classic pcap file: frames of the first interface's link type only */
};

/*
 * Opens the file and writes its header. With `last`, a place that cannot be written is no error:
 * *ret_record is then NULL and err says why (a warning). 0, or a negative code and a sentence.
 */
int record_open(const struct record_options *options, struct record **ret_record, struct err *err);

/*
 * The same on a file that is open already, named options->path; fd is the record's from here on,
 * closed even on failure.
 */
int record_open_on(const struct record_options *options, int fd, struct record **ret_record,
		   struct err *err);

/* Describes an interface in the file even if no frame of it comes. */
void record_interface(struct record *r, const struct device *device);

/*
 * Adds a frame, whose interface is a kernel index found in devices; comment "" for none. Numbers
 * it: *ret_id counts from 1 as Wireshark does. Works without a file too (record NULL is refused).
 */
void record_frame(struct record *r, const struct frame *frame, const char *comment,
		  const struct device_list *devices);

/* Says which frames are captured, in libpcap's language; copied. Call before the first frame. */
void record_set_filter(struct record *r, const char *filter);

/* Adds a name that the scan looked up. */
void record_name(struct record *r, const struct addr *addr, const char *name);

/* Adds the counts so far to every interface; `end`: the last ones. */
void record_counts(struct record *r, const struct ring_stats *stats, nsec_t now, bool end);

/* The same, for the first interface alone, with a remark about the scan so far. */
void record_remark(struct record *r, const char *text, const struct ring_stats *stats, nsec_t now);

/* Adds the counts of one interface, by its kernel index, if the file describes it. */
void record_interface_counts(struct record *r, uint32_t ifindex,
			     const struct pcapng_counts *counts);

/* What became of the frames so far, and how long the file is with what is still held. */
struct pcapng_writer_status record_status(const struct record *r);
uint64_t record_bytes(const struct record *r);

/* Writes out what is held; call at least every 250 ms. */
void record_flush(struct record *r);

/* The path of the file. */
const char *record_path(const struct record *r);

/*
 * Flushes and closes. 0, or a negative code with a sentence when the file is not whole. NULL is
 * fine.
 */
int record_close(struct record *r, struct err *err);

#endif
