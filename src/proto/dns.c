// SPDX-License-Identifier: Apache-2.0
// The Domain Name System (RFC 1035): header, questions, and the records with the names in them.
#include "proto/dns.h"

#define LABEL_KIND_MASK    0xc0 /* RFC 1035 s. 4.1.4 */
#define LABEL_KIND_POINTER 0xc0
#define LABEL_KIND_PLAIN   0x00

/* IANA, "Domain Name System (DNS) Parameters". */
static const struct {
	uint16_t number;
	const char *name;
} types[] = {
	{DNS_A, "A"},       {DNS_NS, "NS"},   {DNS_CNAME, "CNAME"}, {DNS_SOA, "SOA"},
	{DNS_PTR, "PTR"},   {13, "HINFO"},    {DNS_MX, "MX"},       {16, "TXT"},
	{DNS_AAAA, "AAAA"}, {29, "LOC"},      {DNS_SRV, "SRV"},     {35, "NAPTR"},
	{39, "DNAME"},      {DNS_OPT, "OPT"}, {43, "DS"},           {44, "SSHFP"},
	{46, "RRSIG"},      {47, "NSEC"},     {48, "DNSKEY"},       {50, "NSEC3"},
	{51, "NSEC3PARAM"}, {52, "TLSA"},     {64, "SVCB"},         {65, "HTTPS"},
	{99, "SPF"},        {250, "TSIG"},    {251, "IXFR"},        {252, "AXFR"},
	{255, "ANY"},       {256, "URI"},     {257, "CAA"},
};

static const char *const opcodes[16] = {
	[0] = "Standard query",        [1] = "Inverse query",
	[2] = "Server status request", [4] = "Zone change notification", /* RFC 1996 */
	[5] = "Dynamic update",                                          /* RFC 2136 */
};

static const char *const rcodes[16] = {
	[0] = "No error",          [1] = "Format error",         [2] = "Server failure",
	[3] = "No such name",      [4] = "Not implemented",      [5] = "Refused",
	[6] = "Name exists", /* this and the following: RFC 2136 s. 2.2 */
	[7] = "RRset exists",      [8] = "RRset does not exist", [9] = "Not authoritative",
	[10] = "Name out of zone",
};

/* Appends a label and, before all but the first, a dot; false when the name grows too long. */
static bool add_label(struct dns_name *name, struct cursor *c, uint8_t len)
{
	uint32_t dot = name->len ? 1 : 0;

	/* On the wire a name also has its first length byte and the root's. */
	if (name->len + dot + len + 2 > DNS_NAME_MAX)
		return false;
	if (dot)
		name->bytes[name->len++] = '.';
	cursor_copy(c, name->bytes + name->len, len);
	name->len = (uint8_t)(name->len + len);
	return true;
}

/* Every turn adds a label to a bounded name or takes one of a bounded number of hops. */
void dns_name_read(struct dns_reader *reader, struct cursor *c, struct dns_name *ret_name)
{
	struct cursor at = *c;
	uint32_t limit = c->at; /* pointers must lead before this */
	bool jumped = false;

	ret_name->len = 0;
	for (;;) {
		uint8_t len = cursor_u8(&at);
		uint32_t target;

		if (!cursor_ok(&at) || len == 0)
			break;
		if ((len & LABEL_KIND_MASK) == LABEL_KIND_PLAIN) {
			if (!add_label(ret_name, &at, len))
				cursor_malformed(&at);
			continue;
		}
		target = reader->message.at + ((uint32_t)(len & ~LABEL_KIND_MASK) << 8);
		target += cursor_u8(&at);
		if (!jumped && cursor_ok(&at))
			*c = at;
		if ((len & LABEL_KIND_MASK) != LABEL_KIND_POINTER || target >= limit ||
		    reader->hops++ == DNS_HOPS_MAX)
			cursor_malformed(&at);
		if (!cursor_ok(&at))
			break;
		jumped = true;
		limit = target;
		at = reader->message;
		at.at = target;
	}
	if (!cursor_ok(&at))
		c->status = at.status;
	else if (!jumped)
		*c = at;
}

void dns_open(const struct cursor *data, struct dns_reader *ret_reader)
{
	struct dns_reader r = {.message = *data, .next = *data};

	r.header.id = cursor_be16(&r.next);
	r.header.flags = cursor_be16(&r.next);
	for (int i = 0; i < 4; i++)
		r.header.counts[i] = cursor_be16(&r.next);
	*ret_reader = r;
}

bool dns_read_question(struct dns_reader *reader, struct dns_question *ret_question)
{
	dns_name_read(reader, &reader->next, &ret_question->name);
	ret_question->type = cursor_be16(&reader->next);
	ret_question->class = cursor_be16(&reader->next);
	return cursor_ok(&reader->next);
}

/* The part of a record's data that this reader knows. */
static void read_data(struct dns_reader *reader, struct cursor *data, struct dns_record *r)
{
	uint8_t ip[16];

	switch (r->type) {
	case DNS_A:
		cursor_copy(data, ip, 4);
		if (cursor_ok(data))
			r->address = addr_v4(ip);
		return;
	case DNS_AAAA:
		cursor_copy(data, ip, 16);
		if (cursor_ok(data))
			r->address = addr_v6(ip);
		return;
	case DNS_MX:
		r->preference = cursor_be16(data);
		break;
	case DNS_SRV:
		cursor_skip(data, 6); /* priority, weight, port */
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_SOA:
		break;
	default:
		return;
	}
	dns_name_read(reader, data, &r->target);
	r->has_target = cursor_ok(data);
}

bool dns_read_record(struct dns_reader *reader, struct dns_record *ret_record)
{
	struct cursor *c = &reader->next;
	struct cursor data;

	ret_record->address.family = 0;
	ret_record->has_target = false;
	ret_record->target.len = 0;
	ret_record->preference = 0;
	dns_name_read(reader, c, &ret_record->name);
	ret_record->type = cursor_be16(c);
	ret_record->class = cursor_be16(c);
	ret_record->ttl = cursor_be32(c);
	data = cursor_take(c, cursor_be16(c));
	if (!cursor_ok(c))
		return false;
	read_data(reader, &data, ret_record);
	if (!cursor_ok(&data))
		c->status = data.status;
	return cursor_ok(c);
}

const char *dns_type_name(uint16_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].number == type)
			return types[i].name;
	return NULL;
}

const char *dns_opcode_name(uint16_t flags)
{
	return opcodes[(flags & DNS_OPCODE_MASK) >> 11];
}

const char *dns_rcode_name(uint16_t flags)
{
	return rcodes[flags & DNS_RCODE_MASK];
}
