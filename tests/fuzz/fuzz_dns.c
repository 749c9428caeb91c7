// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as a DNS message, through the reader that names, questions and records
// share. (fuzz_above takes it through the dissector too.)
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sum;

static void touch(const struct dns_name *name)
{
	assert(name->len <= DNS_NAME_MAX - 2);
	for (unsigned i = 0; i < name->len; i++)
		sum += (uint8_t)name->bytes[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first byte is how much the capture cut off. */
	uint32_t len = (uint32_t)(size ? size - 1 : 0);
	struct cursor c = cursor_init(data + 1, len, len + (size ? data[0] : 0));
	struct dns_question question;
	struct dns_record record;
	struct dns_reader r;
	unsigned turns = 0;

	dns_open(&c, &r);
	for (unsigned i = 0; i < r.header.counts[0] && dns_read_question(&r, &question); i++) {
		touch(&question.name);
		turns++;
	}
	while (cursor_ok(&r.next) && dns_read_record(&r, &record)) {
		touch(&record.name);
		touch(&record.target);
		turns++;
	}
	/* Each moves on by five bytes at least, and pointers have one budget. */
	assert(turns <= len / 5 + 1);
	assert(r.hops <= DNS_HOPS_MAX + turns * 2 + 2);
	return 0;
}
