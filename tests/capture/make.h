/* SPDX-License-Identifier: Apache-2.0 */
/* Makes capture files byte by byte, right and wrong ones, in either byte order. */
#ifndef SONDE_TESTS_CAPTURE_MAKE_H
#define SONDE_TESTS_CAPTURE_MAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "capture/pcapng.h"

/* Initialise with `struct make m = {.big = ...};`; free with make_done(). */
struct make {
	struct buf out;
	bool big;
	size_t block; /* where the block being made begins */
};

static inline const uint8_t *make_bytes(const struct make *m)
{
	return (const uint8_t *)buf_text(&m->out);
}

static inline void make_done(struct make *m)
{
	buf_done(&m->out);
}

static inline void make_number(struct make *m, uint64_t value, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		buf_putc(&m->out, (char)(value >> 8 * (m->big ? len - 1 - i : i)));
}

static inline void make_u16(struct make *m, uint16_t value)
{
	make_number(m, value, 2);
}

static inline void make_u32(struct make *m, uint32_t value)
{
	make_number(m, value, 4);
}

static inline void make_u64(struct make *m, uint64_t value)
{
	make_number(m, value, 8);
}

static inline void make_padding(struct make *m)
{
	buf_pad(&m->out, '\0', -(m->out.len - m->block) & 3);
}

/* Overwrites four bytes at offset `at`. */
static inline void make_patch_u32(struct make *m, size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		m->out.data[at + i] = (char)(value >> 8 * (m->big ? 3 - i : i));
}

static inline void make_begin(struct make *m, uint32_t type)
{
	m->block = m->out.len;
	make_u32(m, type);
	make_u32(m, 0);
}

static inline void make_end(struct make *m)
{
	uint32_t len;

	make_padding(m);
	len = (uint32_t)(m->out.len - m->block) + 4;
	make_u32(m, len);
	make_patch_u32(m, m->block + 4, len);
}

static inline void make_option(struct make *m, uint16_t code, const void *value, uint16_t len)
{
	make_u16(m, code);
	make_u16(m, len);
	buf_add(&m->out, value, len);
	make_padding(m);
}

static inline void make_text(struct make *m, uint16_t code, const char *text)
{
	make_option(m, code, text, (uint16_t)strlen(text));
}

static inline void make_u64_option(struct make *m, uint16_t code, uint64_t value)
{
	make_u16(m, code);
	make_u16(m, 8);
	make_u64(m, value);
}

/* The fixed part of a section header; options may follow, then make_end(). */
static inline void make_section_begin(struct make *m)
{
	make_begin(m, PCAPNG_SHB);
	make_u32(m, PCAPNG_BYTE_ORDER);
	make_u16(m, 1);
	make_u16(m, 0);
	make_u64(m, UINT64_MAX);
}

static inline void make_section(struct make *m)
{
	make_section_begin(m);
	make_end(m);
}

static inline void make_interface_begin(struct make *m, uint16_t link, uint32_t snaplen)
{
	make_begin(m, PCAPNG_IDB);
	make_u16(m, link);
	make_u16(m, 0);
	make_u32(m, snaplen);
}

static inline void make_interface(struct make *m, uint16_t link)
{
	make_interface_begin(m, link, 0);
	make_end(m);
}

/* An enhanced packet up to its options. */
static inline void make_packet_begin(struct make *m, uint32_t interface, uint64_t ticks,
				     const char *bytes)
{
	make_begin(m, PCAPNG_EPB);
	make_u32(m, interface);
	make_u32(m, (uint32_t)(ticks >> 32));
	make_u32(m, (uint32_t)ticks);
	make_u32(m, (uint32_t)strlen(bytes));
	make_u32(m, (uint32_t)strlen(bytes));
	buf_puts(&m->out, bytes);
	make_padding(m);
}

static inline void make_packet(struct make *m, uint32_t interface, uint64_t ticks,
			       const char *bytes)
{
	make_packet_begin(m, interface, ticks, bytes);
	make_end(m);
}

/* Classic pcap: the file header, and one record. */
static inline void make_pcap(struct make *m, uint32_t magic, uint32_t link)
{
	make_u32(m, magic);
	make_u16(m, 2);
	make_u16(m, 4);
	make_u64(m, 0);
	make_u32(m, 65535);
	make_u32(m, link);
}

static inline void make_record(struct make *m, uint32_t seconds, uint32_t ticks, const char *bytes)
{
	make_u32(m, seconds);
	make_u32(m, ticks);
	make_u32(m, (uint32_t)strlen(bytes));
	make_u32(m, (uint32_t)strlen(bytes));
	buf_puts(&m->out, bytes);
}

#endif
