/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `sonde read`: what is to be shown, the open capture, the passes over its frames. */
#ifndef SONDE_COMMAND_READ_SESSION_H
#define SONDE_COMMAND_READ_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "capture/capture.h"
#include "capture/capture_filter.h"
#include "command/read_facts.h"
#include "command/read_lines.h"
#include "command/read_names.h"
#include "command/read_options.h"
#include "command/read_wait.h"
#include "command/read_write.h"
#include "packet/dfilter.h"
#include "packet/dissect_frame.h"
#include "packet/flow.h"
#include "packet/print_tree.h"
#include "report/colour.h"
#include "report/fields.h"
#include "report/list.h"
#include "report/stat.h"
#include "wire/tree.h"

enum read_format {
	READ_TEXT,
	READ_FIELDS,
	READ_JSON,
	READ_EK,
	READ_TABS,
	READ_PSML,
	READ_PDML,
};

/*
 * Start with zero and fields_init(). read_parse.c fills the first group, read_session.c the
 * second, read_output.c writes from both.
 */
struct run {
	/* What was asked for. */
	struct read_options options;
	enum read_format format;
	struct list_style style;
	struct fields fields;                  /* -T fields */
	struct fields columns;                 /* --columns; none: the default ones */
	char *column_names;                    /* what they point into */
	struct read_names names;               /* -N */
	struct colours *colours;               /* --color; NULL: none */
	bool highlight;                        /* bytes of -O and -Y stand out */
	bool output_line;                      /* the line of the list is shown */
	bool *only;                            /* -O: a flag for each protocol; NULL without */
	struct dfilter *filter;                /* -Y; NULL without */
	struct capture_filter *capture_filter; /* NULL without */
	bool as_pcap;                          /* -F pcap */

	/* Where we are. */
	struct capture *capture;
	struct frame_dissector *dissector;
	struct flows *flows;
	struct stats *stats;                   /* -z; NULL without */
	struct read_wait wait;                 /* -f, pipes, Ctrl-C */
	struct read_write write;               /* -w */
	bool quiet;                            /* only -w or -z: no frame is shown */
	bool output_tree;                      /* the output needs the tree, */
	bool output_info;                      /* and the Info column, */
	bool output_details;                   /* and comments or interfaces */
	uint64_t wanted[TREE_FIELDS_MAX / 64]; /* by the output and the filter, of -T fields */
	struct read_facts facts;
	struct tree_links links;
	struct buf out;
	struct read_lines *lines; /* who writes the lines instead; NULL: we do */
	bool may_lines;           /* the file comes fast enough for that */
	uint64_t shown;           /* frames */
	bool stopped;     /* nobody reads our output any more, or a file could not be written */
	int out_error;    /* errno of standard output's failure; 0: none */
	bool interrupted; /* by Ctrl-C */
	struct err err;
};

/*
 * Opens the capture and makes what its frames go through: 0, or a negative code and r->err.
 * Nothing was printed yet.
 */
int session_open(struct run *r, const char *file);

/*
 * All passes, the output with them: 0 at a clean end (or at Ctrl-C: r->interrupted), or a negative
 * code and r->err: -EINVAL for a capture filter that does not fit the file, else damage.
 */
int session_read(struct run *r);

/* Ends the file of -w: 0, or a negative code and r->err. */
int session_finish(struct run *r);

/* Frees what session_open() made; safe when it failed or was never called. */
void session_done(struct run *r);

#endif
