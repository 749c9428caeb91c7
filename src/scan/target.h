/* SPDX-License-Identifier: Apache-2.0 */
/* Target specifications as Nmap writes them, walked by index and never expanded in memory. */
#ifndef SONDE_SCAN_TARGET_H
#define SONDE_SCAN_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/addr.h"

#define TARGET_ITEM_MAX 1024 /* bytes of one specification, its NUL included */
#define TARGET_ZONE_MAX 16   /* IF_NAMESIZE */

enum target_kind {
	TARGET_RANGE,  /* addresses from first to last without a gap, either family */
	TARGET_OCTETS, /* IPv4, a set of values for each octet */
	TARGET_NAME,   /* a name still to be resolved; holds no address */
};

/* Excluded addresses are never sent to, so nothing is refused there for what it is. */
enum target_use {
	TARGET_SCAN,
	TARGET_EXCLUDE,
};

/* The values an octet may take, one bit each. */
struct target_octets {
	uint64_t set[4][4];
	uint16_t count[4];
};

/* One specification. Made by target_parse(), freed by target_done(). */
struct target {
	enum target_kind kind;
	uint8_t bits;                 /* prefix length to put on a NAME's address, 0-128 */
	bool has_bits;                /* a NAME came with /bits */
	char zone[TARGET_ZONE_MAX];   /* "eth0" of fe80::1%eth0, or "" */
	struct addr first;            /* RANGE */
	struct addr last;             /* RANGE */
	struct target_octets *octets; /* OCTETS; owned */
	char *name;                   /* NAME; owned */
};

/*
 * Reads one specification. family (4 or 6) is that of the whole run; a name is taken in either, a
 * literal of the other family is refused (with TARGET_EXCLUDE both families are taken). Syntax:
 *   IPv4: four octets, each "*" or a comma list of N, N-M, N-, -M, -; with or without /0-/32
 *   IPv6: an address, with or without %zone and /0-/128
 *   a name, with or without /bits
 * A text made of digits, dots, commas, dashes and stars alone is always an address. Refused with
 * TARGET_SCAN: anything that holds an address of 0.0.0.0/8, 224.0.0.0/4, 240.0.0.0/4, ::,
 * ::ffff:0:0/96 or ff00::/8, and IPv6 prefixes of more than 2^32 addresses.
 *
 * Returns 0, -EINVAL or -ENOMEM with one sentence in err; *ret_target is untouched on failure.
 */
int target_parse(const char *text, uint8_t family, enum target_use use, struct target *ret_target,
		 struct err *err);

/*
 * Makes a target of a NAME and the address it resolved to, the name's /bits applied and the same
 * refusals made. Returns as target_parse().
 */
int target_resolved(const struct target *name, const struct addr *address, enum target_use use,
		    struct target *ret_target, struct err *err);

/* Frees what it owns. Safe on zero and twice. */
void target_done(struct target *t);

/* How many addresses it stands for: 0 for a NAME, UINT64_MAX when (only excludes) 2^64 or more. */
uint64_t target_count(const struct target *t);

/*
 * The address number index, 0 <= index < target_count(t); the last octet runs fastest. Constant
 * time, so any order, part or shard of a target can be walked without memory.
 */
struct addr target_at(const struct target *t, uint64_t index);

/* Whether a is one of its addresses (a NAME has none; the zone is not compared). */
bool target_contains(const struct target *t, const struct addr *a);

/* Specifications in the order given. Initialise with `struct target_list l = {0};`. */
struct target_list {
	struct target *items;
	size_t count;
	size_t size;
};

/* Parses an item as target_parse() and adds it. */
int target_list_parse(struct target_list *list, const char *text, uint8_t family,
		      enum target_use use, struct err *err);

/* Adds the comma-separated specifications of --exclude; so octets there take no comma lists. */
int target_list_exclude(struct target_list *list, const char *text, uint8_t family,
			struct err *err);

/* Adds what an excluded NAME, which may be of the list, resolved to. Returns as target_parse(). */
int target_list_exclude_resolved(struct target_list *list, const struct target *name,
				 const struct addr *address, struct err *err);

/* Frees all. The list is empty and usable again. */
void target_list_done(struct target_list *list);

/* Sum of the counts, duplicates counted as often as given; UINT64_MAX on overflow. */
uint64_t target_list_count(const struct target_list *list);

/* Where a walk through a list stands. Start with `struct target_walk w = {0};`. */
struct target_walk {
	size_t item;    /* while walking: the item that gave the address is items[item] */
	uint64_t index; /* the next one within it */
};

/*
 * The next address of the list in order, skipping names and every address of exclude (which may
 * be NULL). False at the end, *ret_addr untouched. Addresses given twice come twice. Items may
 * be appended to the list between calls, so a stream of targets can be walked as it comes.
 */
bool target_list_next(const struct target_list *list, const struct target_list *exclude,
		      struct target_walk *walk, struct addr *ret_addr);

/*
 * Reads the text of -iL or --excludefile in pieces of any size. Items are separated by space,
 * tab, CR, LF or NUL; "#" starts a comment that ends with the line. Memory grows with the items
 * only: a comment or a blank of any length costs nothing, an item of 1024 bytes is refused. A
 * UTF-8 mark at the start is passed over, UTF-16 is refused by name.
 * Initialise by naming the first four members.
 */
struct target_reader {
	struct target_list *list; /* where items go */
	const char *source;       /* what errors call the file */
	uint8_t family;
	enum target_use use;
	/* From here on the reader's own, zero at first. */
	bool started;
	bool in_comment;
	uint64_t line;
	uint64_t column;
	uint64_t item_column;
	size_t len;
	char item[TARGET_ITEM_MAX];
};

/*
 * Takes the next len bytes. Returns 0, or a negative code with a sentence that names source,
 * line and column; after that the reader is of no more use.
 */
int target_reader_feed(struct target_reader *r, const void *bytes, size_t len, struct err *err);

/* Says that no more bytes come: takes an item that ends without a newline. Returns as feed. */
int target_reader_end(struct target_reader *r, struct err *err);

#endif
