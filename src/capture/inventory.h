/* SPDX-License-Identifier: Apache-2.0 */
/* What a capture file says about itself: sections, interfaces, counts and resolved names. */
#ifndef SONDE_CAPTURE_INVENTORY_H
#define SONDE_CAPTURE_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/nsec.h"
#include "capture/pcapng.h"
#include "capture/pool.h"
#include "capture/ticks.h"
#include "wire/addr.h"

/* Hard limits: a file that holds more is damaged (sections, interfaces) or cut short (the rest). */
#define INVENTORY_SECTIONS_MAX   65536u
#define INVENTORY_INTERFACES_MAX 65536u
#define INVENTORY_NAMES_MAX      (1u << 20)
#define INVENTORY_LIST_MAX       256u        /* comments or addresses of one block */
#define INVENTORY_TEXT_MAX       (32u << 20) /* bytes of all texts together */
#define INVENTORY_NAME_MAX       1024u       /* bytes of one resolved name */

/* One interface; about.filter is NULL when the filter was given as BPF code. */
struct capture_interface {
	struct pcapng_interface about;
	uint32_t section;            /* index into sections */
	uint32_t id;                 /* its number within its section */
	uint8_t tsresol;             /* as the file says it; 6 (microseconds) when it does not */
	int64_t tsoffset;            /* seconds */
	struct ticks unit;           /* both, ready for use */
	uint64_t frames;             /* given so far */
	bool has_counts;             /* the file has counts of this interface (ISB) */
	struct pcapng_counts counts; /* the latest; comments not kept */
};

/* One address's name; names of the same address are chained in the order of the file. */
struct inventory_name {
	struct addr address;
	uint32_t next; /* index + 1 of the address's next name, 0 at the end */
	const char *name;
};

/*
 * Arrays may move while the file is read on: keep indices, not pointers, to interfaces and
 * sections. Texts stay where they are until the capture is closed, and are strangers' words.
 */
struct inventory {
	struct capture_interface *interfaces;
	size_t interface_count;
	struct pcapng_section *sections;
	size_t section_count;
	struct inventory_name *names;
	size_t name_count;
	uint64_t skipped; /* names and texts left out for the limits above */
	uint64_t notes;   /* small faults that cost no frame */
	struct err first_note;

	/* inventory.c's own */
	struct pool pool;
	struct hash_key key;
	uint32_t *slots; /* open addressing: index + 1 of an address's first name */
	size_t slot_count;
	size_t interface_size;
	size_t section_size;
	size_t name_size;
};

/* Counts of all interfaces together; sums are PCAPNG_UNKNOWN when no interface has that count. */
struct pcapng_counts inventory_totals(const struct inventory *v);

/*
 * The which-th name (from 0) of an address, NULL when it has no more: valid until the capture is
 * closed.
 */
const char *inventory_name(const struct inventory *v, const struct addr *address, size_t which);

/* Starts empty. Draws the hash key from the kernel. */
void inventory_init(struct inventory *v);

/* Frees everything; the inventory must be initialised again before use. */
void inventory_done(struct inventory *v);

/*
 * For the readers. They add an empty entry and return it to be filled (valid until the next add),
 * or NULL when memory or the hard limit ran out.
 */
struct pcapng_section *inventory_add_section(struct inventory *v);
struct capture_interface *inventory_add_interface(struct inventory *v);

/* Adds a name unless it is there already; over the limits it is counted as skipped. */
void inventory_add_name(struct inventory *v, const struct addr *address, const char *name,
			size_t len);

/* Counts a small fault; the sentence of the first one is kept. */
void inventory_note(struct inventory *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A NUL-ended copy of len bytes (cut at a NUL), or NULL and one more skipped. */
const char *inventory_text(struct inventory *v, const void *bytes, size_t len);

#endif
