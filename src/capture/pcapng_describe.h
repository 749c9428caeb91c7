/* SPDX-License-Identifier: Apache-2.0 */
/* Takes pcapng's describing blocks (section, interface, names, counts) into an inventory. */
#ifndef SONDE_CAPTURE_PCAPNG_DESCRIBE_H
#define SONDE_CAPTURE_PCAPNG_DESCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "capture/inventory.h"
#include "capture/pcapng_block.h"
#include "capture/ticks.h"
#include "wire/cursor.h"

/*
 * Each takes a whole block of its type. first is the inventory's index of the section's interface
 * 0. They return 0, or -EBADMSG or -ENOMEM and a clause in err as pcapng_reader_next() gives.
 * What cannot be read of an optional part is left out and noted in the inventory.
 */
int pcapng_take_section(struct inventory *v, const struct pcapng_block *block, struct err *err);
int pcapng_take_interface(struct inventory *v, uint32_t first, const struct pcapng_block *block,
			  struct err *err);
void pcapng_take_names(struct inventory *v, const struct pcapng_block *block);
void pcapng_take_counts(struct inventory *v, uint32_t first, const struct pcapng_block *block);

/* The interface with this number within the section, or NULL. */
static inline struct capture_interface *pcapng_find_interface(struct inventory *v, uint32_t first,
							      uint32_t id)
{
	return id < v->interface_count - first ? &v->interfaces[first + id] : NULL;
}

/* Notes in the inventory that a walk over the options of block did not end well, if so. */
void pcapng_check_walk(struct inventory *v, const struct pcapng_options *walk,
		       const struct pcapng_block *block);

#endif
