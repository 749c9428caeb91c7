/* SPDX-License-Identifier: Apache-2.0 */
/* What pcapng calls its blocks and options, and the structs its reader and writer share. */
#ifndef SONDE_CAPTURE_PCAPNG_H
#define SONDE_CAPTURE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"
#include "packet/frame.h"
#include "wire/addr.h"

/*
 * Source of every number here: draft-ietf-opsawg-pcapng (git 449ae73), section in brackets;
 * limits that are ours say so.
 */
enum pcapng_block_type {
	PCAPNG_IDB = 1,                     /* interface description [4.2] */
	PCAPNG_PB = 2,                      /* packet, obsolete [A.1] */
	PCAPNG_SPB = 3,                     /* simple packet [4.4] */
	PCAPNG_NRB = 4,                     /* name resolution [4.5] */
	PCAPNG_ISB = 5,                     /* interface statistics [4.6] */
	PCAPNG_EPB = 6,                     /* enhanced packet [4.3] */
	PCAPNG_JOURNAL = 9,                 /* systemd journal export [4.7] */
	PCAPNG_DSB = 0x0000000a,            /* decryption secrets [4.8] */
	PCAPNG_CUSTOM = 0x00000bad,         /* custom, may be copied [4.9] */
	PCAPNG_CUSTOM_NO_COPY = 0x40000bad, /* custom, not to be copied [4.9] */
	PCAPNG_SHB = 0x0a0d0d0a,            /* section header; the same in both byte orders [4.1] */
};

/* Option codes. 0, 1 and the custom ones mean the same in every block [3.5]. */
enum pcapng_option_code {
	PCAPNG_OPT_END = 0,
	PCAPNG_OPT_COMMENT = 1,

	PCAPNG_SHB_HARDWARE = 2,
	PCAPNG_SHB_OS = 3,
	PCAPNG_SHB_USERAPPL = 4,

	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_DESCRIPTION = 3,
	PCAPNG_IF_IPV4 = 4, /* address and mask, repeats */
	PCAPNG_IF_IPV6 = 5, /* address and prefix length, repeats */
	PCAPNG_IF_MAC = 6,
	PCAPNG_IF_SPEED = 8,   /* bit/s */
	PCAPNG_IF_TSRESOL = 9, /* 10^-n s, or 2^-n s when the top bit is set */
	PCAPNG_IF_FILTER = 11, /* first byte 0: libpcap text; 1: BPF code */
	PCAPNG_IF_OS = 12,
	PCAPNG_IF_TSOFFSET = 14, /* signed seconds to add to every time */
	PCAPNG_IF_HARDWARE = 15,

	PCAPNG_EPB_FLAGS = 2,
	PCAPNG_EPB_DROPCOUNT = 4,

	PCAPNG_ISB_STARTTIME = 2,
	PCAPNG_ISB_ENDTIME = 3,
	PCAPNG_ISB_IFRECV = 4,
	PCAPNG_ISB_IFDROP = 5,
	PCAPNG_ISB_FILTERACCEPT = 6,
	PCAPNG_ISB_OSDROP = 7,
	PCAPNG_ISB_USRDELIV = 8,
};

/* Records of a name resolution block [4.5]. */
enum pcapng_name_record {
	PCAPNG_NAME_END = 0,
	PCAPNG_NAME_IPV4 = 1,
	PCAPNG_NAME_IPV6 = 2,
};

#define PCAPNG_BYTE_ORDER 0x1a2b3c4du /* [4.1] */
#define PCAPNG_MAJOR      1           /* [4.1] */

#define PCAPNG_BLOCK_HEAD 8u /* type and total length [3.1] */
#define PCAPNG_BLOCK_MIN  12u
#define PCAPNG_TEXT_MAX   65535u /* an option's length has 16 bits [3.5] */

/* Ours: larger ones are taken for damage, as Wireshark does. */
#define PCAPNG_BLOCK_MAX (16u << 20)
#define PCAPNG_SHB_MAX   (1u << 20)

/* epb_flags [4.3.1]; bits 0-1 are enum frame_direction. */
#define PCAPNG_FLAG_DIRECTION          0x3u
#define PCAPNG_FLAG_CHECKSUM_NOT_READY (1u << 9)

/* A count that a file or caller does not know. */
#define PCAPNG_UNKNOWN UINT64_MAX

/* Largest captured length of one frame, here and in tcpdump and Wireshark. */
#define CAPTURE_FRAME_MAX (256u << 10)

/*
 * What a section header says. Any pointer may be NULL: not said. Read from a file, the texts are
 * strangers' words: escape them (base/text.h) before printing.
 */
struct pcapng_section {
	const char *hardware;
	const char *os;
	const char *application;
	const char *const *comments;
	size_t comment_count;
};

/* An interface's address with the length of its network prefix in bits. */
struct pcapng_address {
	struct addr address;
	uint8_t prefix;
};

/* What an interface description says. NULL, 0 and no MAC (all zero) mean: not said. */
struct pcapng_interface {
	const char *name;
	const char *description;
	const char *filter; /* in libpcap's filter language */
	const char *os;
	const char *hardware;
	const char *const *comments;
	size_t comment_count;
	const struct pcapng_address *addresses;
	size_t address_count;
	uint8_t mac[MAC_LEN];
	uint64_t speed;   /* bit/s */
	uint32_t snaplen; /* bytes; 0: no limit */
	enum link_type link;
};

/*
 * Counts of one interface since its capture began, each PCAPNG_UNKNOWN where not known. Later
 * counts of the same interface replace earlier ones.
 */
struct pcapng_counts {
	nsec_t time;         /* when these counts were taken */
	nsec_t start;        /* start of the capture; NSEC_NEVER: not known */
	nsec_t end;          /* end of the capture; NSEC_NEVER: not known or not yet */
	uint64_t received;   /* seen by the interface */
	uint64_t dropped;    /* lost by the interface for want of room */
	uint64_t accepted;   /* passed the filter */
	uint64_t os_dropped; /* lost by the kernel for want of room */
	uint64_t delivered;  /* given to the program */
	const char *const *comments;
	size_t comment_count;
};

/* Names of one address, most important first. */
struct pcapng_name {
	struct addr address;
	const char *const *names;
	size_t name_count;
};

#endif
