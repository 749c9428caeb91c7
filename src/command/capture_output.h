/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a capture, or one after another. */
#ifndef SONDE_COMMAND_CAPTURE_OUTPUT_H
#define SONDE_COMMAND_CAPTURE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "base/option.h"
#include "capture/pcapng.h"
#include "command/capture_rules.h"
#include "net/device.h"
#include "packet/frame.h"

struct capture_output;

struct capture_output_options {
	const char *path;            /* -w; "-" is standard output; NULL: the last scan's place */
	bool as_pcap;                /* a classic pcap file */
	struct capture_rules rotate; /* -b */
	bool several;                /* -b was given: the files are numbered */
	uint64_t files_max;          /* no more files than these; 0: no limit */
	const char *command;         /* the exact command line */
	const struct option_list *comments;
	uint32_t snap_len; /* 0: whole frames */
};

/* What is known once the interfaces are chosen. Must live as long as the output. */
struct capture_output_about {
	const struct device_list *devices;
	const uint32_t *interfaces; /* kernel indices to describe in each file from its beginning */
	size_t interface_count;
	const char *filter; /* "": none */
	nsec_t started;     /* wall time */
	/* Called before a file ends that is not the last: to add the counts so far. */
	void (*on_file_end)(void *user);
	void *user;
};

/*
 * Step one, before any socket: opens the file, or starts the process that will open them. 0, or a
 * negative code and a sentence.
 */
int capture_output_open(const struct capture_output_options *options,
			struct capture_output **ret_output, struct err *err);

/*
 * One more descriptor of the one file, for reading it when it is complete; the caller's. Before
 * step two and while there are rights. Negative: it cannot be read (a pipe), and a sentence.
 */
int capture_output_reader(const struct capture_output *o, struct err *err);

/* Step two: begins the first file. */
int capture_output_begin(struct capture_output *o, const struct capture_output_about *about,
			 struct err *err);

/*
 * Adds a frame, its time being wall time; begins a new file before it when a rule says so. False
 * when that would be one file too many: the frame is not taken, and none after it.
 */
bool capture_output_frame(struct capture_output *o, const struct frame *frame);

/* Adds the counts of one interface so far. */
void capture_output_counts(struct capture_output *o, uint32_t interface,
			   const struct pcapng_counts *counts);

/* Writes out what is held; call at least every 250 ms. */
void capture_output_flush(struct capture_output *o);

/* What became of it so far. */
struct capture_output_status {
	const char *path; /* of the present file */
	unsigned number;  /* of the present file, from 1; 0: there is one only */
	unsigned done;    /* files completed */
	uint64_t bytes;   /* of the present file */
	uint64_t lost;    /* frames that are in no file */
	bool failed;      /* nothing more can be written */
};

struct capture_output_status capture_output_status(const struct capture_output *o);

/* Completes and closes. 0, or a negative code and a sentence when a file is not whole. */
int capture_output_close(struct capture_output *o, struct err *err);

#endif
