/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a classic pcap file that is whole at every moment, and counts what could not be stored. */
#ifndef SONDE_CAPTURE_PCAP_WRITER_H
#define SONDE_CAPTURE_PCAP_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/pcapng_write.h"
#include "packet/frame.h"

struct pcap_writer;

/*
 * A writer onto fd, which stays the caller's, named name (copied) in sentences: frames of one link
 * type, times in nanoseconds or, with usec, microseconds; snaplen 0: no limit. NULL and a sentence
 * when memory ran out. See pcapng_writer_new() about SIGPIPE and SIGXFSZ.
 */
struct pcap_writer *pcap_writer_new(int fd, const char *name, enum link_type link, uint32_t snaplen,
				    bool usec, struct err *err);

/* Frees it without writing out; NULL is fine. */
void pcap_writer_free(struct pcap_writer *w);

/*
 * Adds a frame, its time being wall time. One of another link type is lost, since the format has
 * no place for it. 0, or the negative code of the first failure, which stays.
 */
int pcap_writer_frame(struct pcap_writer *w, const struct frame *frame);

/* Writes out what is held. As pcap_writer_frame(). */
int pcap_writer_flush(struct pcap_writer *w);

/* What became of the frames so far; lost_blocks, lost_bytes and cut_texts stay 0. */
struct pcapng_writer_status pcap_writer_status(const struct pcap_writer *w);

/* 0 when nothing failed; otherwise the code, and in err one sentence. */
int pcap_writer_error(const struct pcap_writer *w, struct err *err);

#endif
