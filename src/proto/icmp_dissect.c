// SPDX-License-Identifier: Apache-2.0
// Dissects the Internet Control Message Protocol (RFC 792, 950, 1191, 1256, 4884, 8335).
#include "proto/icmp.h"

#include <string.h>

#include "proto/icmp_fields.h"
#include "proto/names.h"
#include "wire/checksum.h"

#define F(name) FIELD_ID(PROTOCOL_ICMP, ICMP_F_##name)

#define HEADER_LEN       8
#define HEADER_SAID      6 /* from here on the columns tell what it is */
#define CODE_FRAG_NEEDED 4
#define TYPE_ROUTER_ADV  9
#define TYPE_EXT_ECHO    42 /* RFC 8335 s. 2 */
#define TYPE_EXT_REPLY   43
#define LENGTH_UNIT      4   /* RFC 4884 s. 4: of the length field */
#define QUOTE_MIN        128 /* RFC 4884 s. 5.5: where extensions of old senders begin */
#define EXT_VERSION      2
#define MINUTE_MSEC      60000u
#define INFO_NAME_WIDTH  20
#define UNKNOWN_TYPE     "Unknown ICMP (obsolete or malformed?)"

static const struct value_name unreachable_codes[] = {
	VALUE(0, "Network unreachable"),
	VALUE(1, "Host unreachable"),
	VALUE(2, "Protocol unreachable"),
	VALUE(3, "Port unreachable"),
	VALUE(4, "Fragmentation needed"),
	VALUE(5, "Source route failed"),
	VALUE(6, "Destination network unknown"),
	VALUE(7, "Destination host unknown"),
	VALUE(8, "Source host isolated"),
	VALUE(9, "Network administratively prohibited"),
	VALUE(10, "Host administratively prohibited"),
	VALUE(11, "Network unreachable for TOS"),
	VALUE(12, "Host unreachable for TOS"),
	VALUE(13, "Communication administratively filtered"),
	VALUE(14, "Host precedence violation"),
	VALUE(15, "Precedence cutoff in effect"),
	VALUE_END,
};

static const struct value_name redirect_codes[] = {
	VALUE(0, "Redirect for network"),
	VALUE(1, "Redirect for host"),
	VALUE(2, "Redirect for TOS and network"),
	VALUE(3, "Redirect for TOS and host"),
	VALUE_END,
};

static const struct value_name alternate_codes[] = {
	VALUE(0, "Alternate address for host"),
	VALUE_END,
};

static const struct value_name advert_codes[] = {
	VALUE(0, "Normal router advertisement"),
	VALUE(16, "Does not route common traffic"),
	VALUE_END,
};

static const struct value_name exceeded_codes[] = {
	VALUE(0, "Time to live exceeded in transit"),
	VALUE(1, "Fragment reassembly time exceeded"),
	VALUE_END,
};

static const struct value_name problem_codes[] = {
	VALUE(0, "Pointer indicates the error"),
	VALUE(1, "Required option missing"),
	VALUE(2, "Bad length"),
	VALUE_END,
};

struct type_row {
	uint8_t type;
	const char *name;
	const struct value_name *codes;
};

static const struct type_row types[] = {
	{0, "Echo (ping) reply", NULL},
	{3, "Destination unreachable", unreachable_codes},
	{4, "Source quench (flow control)", NULL},
	{5, "Redirect", redirect_codes},
	{6, "Alternate host address", alternate_codes},
	{8, "Echo (ping) request", NULL},
	{9, "Router advertisement", advert_codes},
	{10, "Router solicitation", NULL},
	{11, "Time-to-live exceeded", exceeded_codes},
	{12, "Parameter problem", problem_codes},
	{13, "Timestamp request", NULL},
	{14, "Timestamp reply", NULL},
	{15, "Information request", NULL},
	{16, "Information reply", NULL},
	{17, "Address mask request", NULL},
	{18, "Address mask reply", NULL},
	{19, "Reserved (for security)", NULL},
	{30, "Traceroute", NULL},
	{31, "Datagram Conversion Error", NULL},
	{32, "Mobile Host Redirect", NULL},
	{33, "IPv6 Where-Are-You", NULL},
	{34, "IPv6 I-Am-Here", NULL},
	{35, "Mobile Registration Request", NULL},
	{36, "Mobile Registration Reply", NULL},
	{37, "Domain Name Request", NULL},
	{38, "Domain Name Reply", NULL},
	{39, "SKIP", NULL},
	{40, "Photuris", NULL},
	{41, "Experimental mobility protocols", NULL},
	{42, "Extended Echo request", extended_echo_codes},
	{43, "Extended Echo reply", extended_reply_codes},
};

static const struct type_row *find(uint8_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return &types[i];
	return NULL;
}

void icmp_say_checksum(struct dissect *d, uint32_t at, uint16_t value, uint16_t sum,
		       const uint16_t ids[static 3])
{
	/* Taking the value out of a sum that should be zero leaves what it should be. */
	uint32_t rest = (uint32_t)(uint16_t)~sum + (uint16_t)~value;
	uint16_t should = (uint16_t) ~((rest & 0xffff) + (rest >> 16));

	d->item = tree_uint(d->tree, ids[0], at, 2, value);
	if (sum == 0) {
		item_append(d->tree, d->item, " [correct]");
	} else {
		item_append(d->tree, d->item, " incorrect, should be 0x%04x", should);
		say_expert(d, tree_index(d->tree, d->item), ids[2], EXPERT_WARN, EXPERT_CHECKSUM,
			   "Bad checksum [should be 0x%04x]", should);
	}
	item_flag(
		tree_uint(d->tree, ids[1], 0, 0, sum ? CHECKSUM_STATUS_BAD : CHECKSUM_STATUS_GOOD),
		ITEM_GENERATED);
}

static void say_sum(struct dissect *d, const struct cursor *whole, uint16_t value)
{
	static const uint16_t ids[] = {F(CHECKSUM), F(CHECKSUM_STATUS), F(CHECKSUM_BAD)};
	uint32_t len = cursor_left(whole);

	if (!d->tree)
		return;
	if (!d->kept.fragment && !d->depth && cursor_held(whole) == len) {
		icmp_say_checksum(d, whole->at + 2, value,
				  checksum_finish(checksum_add(0, whole->base + whole->at, len)),
				  ids);
		return;
	}
	d->item = tree_uint(d->tree, F(CHECKSUM), whole->at + 2, 2, value);
	item_append(d->tree, d->item, " [unverified]%s", d->depth ? " [in ICMP error packet]" : "");
	item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
		  ITEM_GENERATED);
}

void icmp_info(struct buf *out, uint8_t type, uint8_t code)
{
	const struct type_row *row = find(type);
	const char *name = row ? row->name : UNKNOWN_TYPE;
	const char *code_name = row && row->codes ? value_name(row->codes, code) : NULL;
	size_t len = strlen(name);

	buf_add(out, name, len);
	if (len < INFO_NAME_WIDTH)
		buf_pad(out, ' ', INFO_NAME_WIDTH - len);
	if (code_name) {
		buf_puts(out, " (");
		buf_puts(out, code_name);
		buf_putc(out, ')');
	} else if (row && row->codes) {
		buf_printf(out, " (Unknown code: %u)", code);
	}
}

static void say_type(struct dissect *d, const struct icmp_hdr *h, const struct type_row *row,
		     uint32_t at)
{
	const char *code = row && row->codes ? value_name(row->codes, h->code) : NULL;
	const char *name = row ? row->name : UNKNOWN_TYPE;

	d->item = tree_uint(d->tree, F(TYPE), at, 1, h->type);
	item_append(d->tree, d->item, " (%s)", name);
	d->item = tree_uint(d->tree, F(CODE), at + 1, 1, h->code);
	if (row && row->codes)
		item_append(d->tree, d->item, " (%s)", code ? code : "Unknown code");
	if (!d->info)
		return;
	info_clear(d);
	icmp_info(d->info, h->type, h->code);
}

/* Identifier and sequence number in both byte orders, since hosts disagree about it. */
static void say_id(struct dissect *d, const struct icmp_hdr *h, uint32_t at)
{
	uint16_t id_le = (uint16_t)(h->id << 8 | h->id >> 8);
	uint16_t seq_le = (uint16_t)(h->sequence << 8 | h->sequence >> 8);

	tree_uint(d->tree, F(IDENT), at + 4, 2, h->id);
	item_flag(tree_uint(d->tree, F(IDENT_LE), at + 4, 2, id_le), ITEM_LITTLE);
	tree_uint(d->tree, F(SEQ), at + 6, 2, h->sequence);
	item_flag(tree_uint(d->tree, F(SEQ_LE), at + 6, 2, seq_le), ITEM_LITTLE);
	info_add(d, " id=0x%04x, seq=%u/%u, ttl=%u", h->id, h->sequence, seq_le, d->kept.hops);
}

/*
 * Request and reply have the same bytes but for the type, so their checksums tell each other's:
 * that way a reply with another payload is no answer (and echoes behind address translation find
 * each other by what the translator left alone).
 */
static uint64_t echo_number(const struct icmp_hdr *h)
{
	uint32_t sum = h->checksum;

	if (h->type == ICMP_TYPE_ECHO_REPLY) {
		sum = (uint16_t)~sum + (ICMP_TYPE_ECHO << 8);
		sum = (uint16_t) ~(sum + (sum >> 16));
	}
	return (uint64_t)sum << 32 | (uint32_t)h->id << 16 | h->sequence;
}

static void say_no_reply(struct dissect *d)
{
	info_add(d, " (no response found!)");
	d->item = item_flag(tree_uint(d->tree, F(NO_RESP), 0, 0, 0), ITEM_GENERATED);
	say_expert(d, tree_index(d->tree, d->item), F(RESP_NOT_FOUND), EXPERT_WARN, EXPERT_SEQUENCE,
		   "No response seen to ICMP request");
}

/* Which frame answers this one, or was answered by it. */
static void say_other(struct dissect *d, const struct icmp_hdr *h)
{
	const struct pair_query query = {
		.kind = PAIR_ICMP,
		.reply = h->type == ICMP_TYPE_ECHO_REPLY,
		.number = echo_number(h) | dissect_in_udp(d),
	};
	struct pair_view view = dissect_pair(d, &query);

	if (!view.frame) {
		if (view.settled && !query.reply)
			say_no_reply(d);
		return;
	}
	info_add(d, query.reply ? " (request in %u)" : " (reply in %u)", view.frame);
	item_flag(tree_uint(d->tree, query.reply ? F(RESP_TO) : F(RESP_IN), 0, 0, view.frame),
		  ITEM_GENERATED);
	if (!query.reply)
		return;
	d->item = item_flag(
		tree_real(d->tree, F(RESPTIME), 0, 0, (double)view.time / (double)NSEC_PER_MSEC),
		ITEM_GENERATED);
	item_text(d->tree, d->item, "Response time: %.3f ms",
		  (double)view.time / (double)NSEC_PER_MSEC);
}

/* What ping puts first: its clock, as seconds and microseconds, in the order of the machine. */
static bool plausible(struct dissect *d, uint64_t seconds, uint64_t usec, nsec_t *ret_time)
{
	nsec_t now = d->frame->time;
	nsec_t time = (nsec_t)(seconds * NSEC_PER_SEC + usec * NSEC_PER_USEC);

	if (usec >= 1000000 || seconds > INT32_MAX)
		return false;
	if (time > now + 24 * 3600 * NSEC_PER_SEC || time < now - 24 * 3600 * NSEC_PER_SEC)
		return false;
	*ret_time = time;
	return true;
}

static uint32_t le32(uint32_t number)
{
	return __builtin_bswap32(number);
}

static void say_ping_time(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t words[4] = {0};
	uint32_t len = 0;
	nsec_t time = 0;

	if (!d->tree || cursor_held(c) < 8)
		return;
	for (unsigned i = 0; i < 4 && cursor_held(&look) >= 4; i++)
		words[i] = cursor_be32(&look);
	if (plausible(d, words[0], words[1], &time) ||
	    plausible(d, le32(words[0]), le32(words[1]), &time))
		len = 8;
	else if (cursor_held(c) >= 16 &&
		 ((words[1] == 0 && words[3] == 0 &&
		   plausible(d, le32(words[0]), le32(words[2]), &time)) ||
		  (words[0] == 0 && words[2] == 0 && plausible(d, words[1], words[3], &time))))
		len = 16;
	if (!len)
		return;
	tree_int(d->tree, F(DATA_TIME), c->at, len, time);
	item_flag(tree_int(d->tree, F(DATA_TIME_RELATIVE), c->at, len, d->frame->time - time),
		  ITEM_GENERATED);
	cursor_skip(c, len);
}

/* "12 hours, 3 minutes, 4.005 seconds after midnight UTC" */
static void say_clock(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t ms = (uint32_t)say_uint(d, c, id, 4);
	uint32_t minutes = ms / MINUTE_MSEC;
	uint32_t rest = ms % MINUTE_MSEC;
	bool hours = minutes >= 60;

	if (!dissect_wants_text(d) || !cursor_ok(c))
		return;
	item_append(d->tree, d->item, " (");
	if (hours)
		item_append(d->tree, d->item, "%u hour%s, ", minutes / 60,
			    minutes / 60 == 1 ? "" : "s");
	if (minutes)
		item_append(d->tree, d->item, "%u minute%s, ", minutes % 60,
			    minutes % 60 == 1 ? "" : "s");
	item_append(d->tree, d->item, "%u.%03u seconds after midnight UTC)", rest / 1000,
		    rest % 1000);
}

/* The length byte that RFC 4884 put into the unused part. Returns it in bytes. */
static uint32_t say_length(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len = cursor_u8(&look);

	if (!cursor_ok(&look) || !len) {
		say_bytes(d, c, F(UNUSED), 1);
		return 0;
	}
	say_uint(d, c, F(LENGTH), 1);
	d->item = item_flag(
		tree_uint(d->tree, F(LENGTH_ORIGINAL_DATAGRAM), c->at - 1, 1, len * LENGTH_UNIT),
		ITEM_GENERATED);
	return len * LENGTH_UNIT;
}

/* The four bytes between the checksum and the quoted packet; returns the quote's length or 0. */
static uint32_t say_error_head(struct dissect *d, struct cursor *c, const struct icmp_hdr *h)
{
	struct cursor look = *c;
	uint32_t length = cursor_be32(&look) >> 16 & 0xff;
	uint32_t said;

	switch (h->type) {
	case ICMP_TYPE_REDIRECT:
		say_ipv4(d, c, F(REDIR_GW));
		return 0;
	case ICMP_TYPE_PARAMETER_PROBLEM:
		say_uint(d, c, F(POINTER), 1);
		if (!length) {
			say_bytes(d, c, F(UNUSED), 3);
			return 0;
		}
		said = say_length(d, c);
		say_bytes(d, c, F(UNUSED), 2);
		return said;
	case ICMP_TYPE_UNREACHABLE:
		if (h->code == CODE_FRAG_NEEDED) {
			say_bytes(d, c, F(UNUSED), 2);
			say_uint(d, c, F(MTU), 2);
			return 0;
		}
		break;
	default:
		break;
	}
	if (!length || h->type == ICMP_TYPE_SOURCE_QUENCH) {
		say_bytes(d, c, F(UNUSED), 4);
		return 0;
	}
	say_bytes(d, c, F(UNUSED), 1);
	said = say_length(d, c);
	say_bytes(d, c, F(UNUSED), 2);
	return said;
}

/* The quoted packet and, where there may be any, the extensions behind it. */
static void read_quote(struct dissect *d, struct cursor *c, uint32_t quote_len)
{
	struct cursor quote = *c;
	uint32_t left = cursor_left(c);
	bool extensions = false;

	if (quote_len && quote_len < left)
		extensions = true;
	else if (!quote_len && left > QUOTE_MIN && cursor_held(c) > QUOTE_MIN &&
		 c->base[c->at + QUOTE_MIN] >> 4 == EXT_VERSION)
		extensions = true;
	if (extensions)
		quote = cursor_take(c, quote_len ? quote_len : QUOTE_MIN);
	dissect_inside(d, PROTOCOL_IPV4, &quote);
	if (extensions)
		icmp_say_extensions(d, c);
	else
		c->at = c->wire;
}

static void read_router_advert(struct dissect *d, struct cursor *c)
{
	uint32_t count = (uint32_t)say_uint(d, c, F(NUM_ADDRS), 1);
	uint32_t size = (uint32_t)say_uint(d, c, F(ADDR_ENTRY_SIZE), 1);

	say_uint(d, c, F(LIFETIME), 2);
	for (uint32_t i = 0; size == 2 && i < count && cursor_ok(c) && dissect_step(d); i++) {
		say_ipv4(d, c, F(ROUTER_ADDRESS));
		say_int(d, c, F(PREF_LEVEL), 4);
	}
}

static void read_ext_echo(struct dissect *d, struct cursor *c, const struct icmp_hdr *h,
			  uint32_t at)
{
	static const uint16_t request[] = {F(EXT_ECHO_REQ_RES), F(EXT_ECHO_REQ_LOCAL)};
	static const uint16_t reply[] = {F(EXT_ECHO_RSP_STATE), F(EXT_ECHO_RSP_RES),
					 F(EXT_ECHO_RSP_ACTIVE), F(EXT_ECHO_RSP_IPV4),
					 F(EXT_ECHO_RSP_IPV6)};
	uint16_t id = cursor_be16(c);
	uint16_t id_le = (uint16_t)(id << 8 | id >> 8);
	uint8_t bits;

	tree_uint(d->tree, F(IDENT), at + 4, 2, id);
	item_flag(tree_uint(d->tree, F(IDENT_LE), at + 4, 2, id_le), ITEM_LITTLE);
	say_uint(d, c, F(EXT_ECHO_SEQ), 1);
	bits = cursor_u8(c);
	if (h->type == TYPE_EXT_ECHO)
		say_bits(d, at + 7, 1, bits, request, 2);
	else
		say_bits(d, at + 7, 1, bits, reply, 5);
	if (h->type == TYPE_EXT_ECHO && cursor_left(c))
		icmp_say_extensions(d, c);
}

/* What follows the checksum, by type. */
static void read_body(struct dissect *d, struct cursor *c, const struct icmp_hdr *h, uint32_t at)
{
	switch (h->type) {
	case ICMP_TYPE_ECHO:
	case ICMP_TYPE_ECHO_REPLY:
		say_id(d, h, at);
		say_other(d, h);
		cursor_skip(c, 4);
		say_ping_time(d, c);
		if (cursor_left(c))
			dissect_next_below(d, PROTOCOL_DATA, c);
		break;
	case ICMP_TYPE_TIMESTAMP:
	case ICMP_TYPE_TIMESTAMP_REPLY:
		say_id(d, h, at);
		cursor_skip(c, 4);
		say_clock(d, c, F(ORIGINATE_TIMESTAMP));
		say_clock(d, c, F(RECEIVE_TIMESTAMP));
		say_clock(d, c, F(TRANSMIT_TIMESTAMP));
		break;
	case ICMP_TYPE_INFORMATION:
	case ICMP_TYPE_INFORMATION_REPLY:
	case ICMP_TYPE_MASK:
	case ICMP_TYPE_MASK_REPLY:
		say_id(d, h, at);
		cursor_skip(c, 4);
		if (h->type == ICMP_TYPE_MASK || h->type == ICMP_TYPE_MASK_REPLY)
			say_ipv4(d, c, F(ADDRESS_MASK));
		break;
	case TYPE_ROUTER_ADV:
		read_router_advert(d, c);
		break;
	case TYPE_EXT_ECHO:
	case TYPE_EXT_REPLY:
		read_ext_echo(d, c, h, at);
		break;
	default:
		if (!h->is_error)
			break;
		read_quote(d, c, say_error_head(d, c, h));
		break;
	}
}

static void dissect_icmp(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	struct icmp_hdr h;
	struct cursor look = *c;
	const struct type_row *row;
	uint32_t at = c->at;

	info_clear(d);
	icmp_read(&look, &h);
	row = find(h.type);
	if (!cursor_need(c, HEADER_SAID))
		return;
	say_type(d, &h, row, at);
	if (!cursor_need(c, HEADER_LEN))
		return;
	cursor_skip(c, 4);
	say_sum(d, &whole, h.checksum);
	read_body(d, c, &h, at);
}

const struct dissector icmp_dissector = {icmp_fields, ICMP_FIELDS, dissect_icmp};
