// SPDX-License-Identifier: Apache-2.0
// The least that reading a capture can cost: steps over its records and adds their lengths up.
//
// walk-records FILE: little-endian pcap or pcapng, plain, whole. Prints records and bytes. It is
// what bench/read holds statistics against, and shares no code with sonde.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WINDOW      (256u << 10)
#define PCAP_HEAD   24u
#define RECORD_HEAD 16u
#define BLOCK_HEAD  12u
#define SHB         0x0a0d0d0au
#define EPB         6u

static uint8_t window[WINDOW];
static uint64_t records, total;

static uint32_t u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Length of the record or block at p, of which left bytes are held; 0: it is not all there. */
static size_t step(const uint8_t *p, size_t left, int ng)
{
	size_t len;

	if (left < RECORD_HEAD)
		return 0;
	len = ng ? u32(p + 4) : RECORD_HEAD + u32(p + 8);
	if (len > left)
		return 0;
	if (!ng || u32(p) == EPB) {
		records++;
		total += ng ? u32(p + 20) : u32(p + 8);
	}
	return len;
}

int main(int argc, char *argv[])
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	size_t held = 0, at = 0, len;
	ssize_t got;
	int ng = -1;

	if (fd < 0) {
		fputs("usage: walk-records FILE\n", stderr);
		return 2;
	}
	while ((got = read(fd, window + held, WINDOW - held)) > 0) {
		held += (size_t)got;
		if (ng < 0) {
			ng = u32(window) == SHB;
			at = ng ? 0 : PCAP_HEAD;
		}
		while ((len = step(window + at, held - at, ng)))
			at += len;
		memmove(window, window + at, held - at);
		held -= at;
		at = 0;
	}
	printf("%llu records, %llu bytes\n", (unsigned long long)records,
	       (unsigned long long)total);
	return held ? 1 : 0;
}
