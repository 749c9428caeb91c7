/* SPDX-License-Identifier: Apache-2.0 */
/* Where a capture listens: interfaces chosen, filters compiled for them, taps opened. */
#ifndef SONDE_COMMAND_CAPTURE_SOURCES_H
#define SONDE_COMMAND_CAPTURE_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/option.h"
#include "capture/capture_filter.h"
#include "net/device.h"
#include "net/netlink.h"
#include "net/tap.h"

#define CAPTURE_SOURCES_MAX 32

/* One -i. */
struct capture_source {
	uint32_t interface; /* kernel index; 0: "any" */
	char name[DEVICE_NAME_MAX];
	struct tap *tap;
	enum tap_state state; /* as last told */
};

/* Begin with zero; capture_sources_done() frees what it holds. */
struct capture_sources {
	struct device_list devices;
	struct capture_source items[CAPTURE_SOURCES_MAX];
	size_t count;
	struct buf filter;            /* the whole filter's text: ours and the user's */
	struct buf ssh;               /* the part that leaves the own SSH session out; "" */
	bool filter_here;             /* the kernel cannot run it: we do, on each frame */
	struct capture_filter *parts; /* the compiled filter; NULL: none */
};

/* What the user said of all sources. */
struct capture_wish {
	const struct option_list *interfaces;
	const char *filter; /* NULL: none */
	bool keep_ssh;
	struct tap_options tap; /* interface and filters are filled in for each source */
};

/* Reads the list of devices. 0, or a negative code with a sentence. */
int capture_sources_survey(struct capture_sources *s, struct err *err);

/*
 * Finds the interfaces (without wishes: the one of the default route, else the first that is up)
 * and compiles the filter for each. The error of a filter is several lines: a sentence, the filter,
 * and a mark under the place. 0, or -EINVAL, -ENODEV and kin; where must be cleared or empty.
 */
int capture_sources_choose(struct capture_sources *s, const struct capture_wish *wish,
			   struct err *err, struct buf *where);

/* Appends the kernel program of each source, one instruction a line. */
int capture_sources_program(struct capture_sources *s, struct buf *out, struct err *err);

/* Opens the taps: frames are kept from here on. 0, or a negative code with a sentence. */
int capture_sources_open(struct capture_sources *s, const struct capture_wish *wish,
			 struct err *err);

/* "eth0, eth1", or "all interfaces". */
void capture_sources_text(const struct capture_sources *s, struct buf *out);

/* Closes the taps and frees the rest. */
void capture_sources_done(struct capture_sources *s);

#endif
