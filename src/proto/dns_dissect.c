// SPDX-License-Identifier: Apache-2.0
// DNS and its kin for people (RFC 1035, 6762, 4795): header, questions, records; over TCP too.
#include "proto/dns_dissect.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/dns_parts.h"
#include "proto/dns_special.h"
#include "proto/ipv4.h"
#include "proto/span.h"

#define QUERY_PATIENCE     (5 * NSEC_PER_SEC) /* a query that comes again later is a new one */
#define TTL_TOP_BIT        0x80000000         /* RFC 2181 s. 8 */
#define DNS_ID_LEN         2
#define DNS_FLAGS_LEN      2
#define DNS_HEADER_LEN     12
#define OPCODE_MASK        0x7800 /* RFC 1035 s. 4.1.1 */
#define GUESS_ANSWERS_MAX  100    /* what Wireshark takes for DNS on any port */
#define GUESS_RECORDS_MAX  10
#define DNS_TCP_LENGTH_LEN 2      /* RFC 1035 s. 4.2.2: before each message over TCP */
#define CLASS_TOP_BIT      0x8000 /* RFC 6762 s. 10.2, 5.4: cache flush, unicast wanted */
#define RECORD_HEADER_LEN  10     /* behind the name: RFC 1035 s. 4.1.3 */
#define DNS_AD             0x0020 /* RFC 6840 s. 5.7: in a query too */
#define OPCODE_UPDATE      5      /* RFC 2136 */
#define SECTIONS           4
#define LABEL_POINTER      0xc0 /* RFC 1035 s. 4.1.4 */

static const struct field mdns_fields[] = {
	{"mdns", "Multicast Domain Name System", FIELD_PROTOCOL},
};
static const struct field llmnr_fields[] = {
	{"llmnr", "Link-local Multicast Name Resolution", FIELD_PROTOCOL},
};

/* One message. */
struct message {
	struct dns_reader reader;
	uint8_t kind; /* PROTOCOL_DNS, PROTOCOL_MDNS or PROTOCOL_LLMNR */
	uint16_t flags;
};

/* A label behind what is kept of a name; what no longer fits is said instead. */
static void keep_label(struct dns_name *name, struct cursor *c, uint8_t len, const char **mark)
{
	uint32_t dot = name->len ? 1 : 0;

	if (*mark || name->len + dot + len + 2 > DNS_NAME_MAX) {
		*mark = "<Name too long>";
		cursor_skip(c, len);
		return;
	}
	if (dot)
		name->bytes[name->len++] = '.';
	cursor_copy(c, name->bytes + name->len, len);
	name->len = (uint8_t)(name->len + len);
}

/*
 * Walks over a name that dns_name_read() refuses, since it is too long or its pointers lead forward
 * or in a ring, as Wireshark does. More bytes than the message has are a ring: its name is a mark,
 * and reading goes on behind it. False when the name does not end within the message, or too much
 * was walked already.
 */
static bool walk_name(struct dns_reader *reader, struct cursor *c, struct dns_name *name,
		      const char **ret_mark)
{
	uint32_t walked = 0, size = cursor_left(&reader->message);
	struct cursor at = *c;
	bool jumped = false;
	uint8_t len;

	name->len = 0;
	while ((len = cursor_u8(&at)) != 0 && cursor_ok(&at)) {
		if (!(len & LABEL_POINTER)) {
			walked += len + 1u;
			keep_label(name, &at, len, ret_mark);
		} else if ((len & LABEL_POINTER) == LABEL_POINTER) {
			uint32_t target = (uint32_t)(len & ~LABEL_POINTER) << 8 | cursor_u8(&at);
			enum cursor_status status = at.status;

			if (!jumped)
				*c = at;
			jumped = true;
			walked += 2;
			if (walked >= size) {
				*ret_mark = "<Name contains a pointer that loops>";
				break;
			}
			at = reader->message;
			at.status = status;
			cursor_skip(&at, target);
		} else {
			cursor_malformed(&at);
		}
		if (reader->labels++ == DNS_LABELS_MAX)
			cursor_malformed(&at);
	}
	if (!jumped || !cursor_ok(&at))
		*c = at;
	return cursor_ok(c);
}

/* A NUL is a byte of a name like any other, and must not hide what stands behind it. */
static void put_name(const struct dns_name *name, char out[static DNS_TEXT_MAX])
{
	static const char nul[] = "\\000";

	for (uint32_t i = 0; i < name->len; i++) {
		if (name->bytes[i]) {
			*out++ = name->bytes[i];
			continue;
		}
		memcpy(out, nul, sizeof(nul) - 1);
		out += sizeof(nul) - 1;
	}
	*out = '\0';
}

uint32_t dns_text(struct dns_reader *reader, struct cursor *c, char ret_text[static DNS_TEXT_MAX])
{
	const char *mark = NULL;
	struct cursor start = *c;
	struct dns_name name;

	dns_name_read(reader, c, &name);
	if (c->status == CURSOR_MALFORMED) {
		*c = start;
		if (!walk_name(reader, c, &name, &mark))
			return 0;
	}
	if (!cursor_ok(c))
		return 0;
	if (!mark && !name.len)
		mark = "<Root>";
	if (mark)
		return (uint32_t)strlen(strcpy(ret_text, mark));
	put_name(&name, ret_text);
	return name.len;
}

/* "A", what stands before the words in parentheses, or "Unknown (507)"; may use out. */
static const char *type_text(uint16_t type, char out[static 16])
{
	const char *name = value_name(dns_fields[DNS_QRY_TYPE].names, type);
	size_t len = name ? strcspn(name, " ") : 0;

	if (type == DNS_ANY)
		return "ANY";
	if (!name)
		snprintf(out, 16, "Unknown (%u)", (unsigned)type);
	else
		snprintf(out, 16, "%.*s", (int)len, name);
	return out;
}

static const char *class_text(uint16_t class, char out[static 16])
{
	const char *name = value_name(dns_fields[DNS_QRY_CLASS].names, class);

	if (name)
		return name;
	snprintf(out, 16, "Unknown (%u)", (unsigned)class);
	return out;
}

static void flags_text(struct dissect *d, const struct message *m, char out[static 128])
{
	const char *opcode = value_name(dns_fields[DNS_OPCODE_FIELD].names, m->flags >> 11 & 15);
	const char *rcode = value_name(dns_fields[DNS_RCODE_FIELD].names, m->flags & 15);
	char unknown[32], error[32];
	bool response = m->flags & DNS_RESPONSE;

	snprintf(unknown, sizeof(unknown), "Unknown operation (%u)", m->flags >> 11 & 15u);
	snprintf(error, sizeof(error), "Unknown error (%u)", m->flags & 15u);
	if (!rcode)
		rcode = error;
	if (!opcode)
		opcode = unknown;
	snprintf(out, 128, "%s%s%s%s", opcode, response ? " response" : "", response ? ", " : "",
		 response ? rcode : "");
	info_set(d, "%s%s 0x%04x%s%s", opcode, response ? " response" : "", m->reader.header.id,
		 response && (m->flags & 15) ? " " : "", response && (m->flags & 15) ? rcode : "");
}

/* Bits in the order of the word; those that only an answer has are left out of a query. */
static void say_flags(struct dissect *d, struct cursor *c, const struct message *m)
{
	static const uint16_t query[] = {DNS_FIELD(RESPONSE_FLAG),
					 DNS_FIELD(OPCODE_FIELD),
					 DNS_FIELD(TRUNCATED),
					 DNS_FIELD(RECDESIRED),
					 DNS_FIELD(Z),
					 DNS_FIELD(AD_BIT),
					 DNS_FIELD(CHECKDISABLE)};
	static const uint16_t without_ad[] = {DNS_FIELD(RESPONSE_FLAG),
					      DNS_FIELD(OPCODE_FIELD),
					      DNS_FIELD(TRUNCATED),
					      DNS_FIELD(RECDESIRED),
					      DNS_FIELD(Z),
					      DNS_FIELD(CHECKDISABLE)};
	static const uint16_t answer[] = {DNS_FIELD(RESPONSE_FLAG),
					  DNS_FIELD(OPCODE_FIELD),
					  DNS_FIELD(AUTHORITATIVE),
					  DNS_FIELD(TRUNCATED),
					  DNS_FIELD(RECDESIRED),
					  DNS_FIELD(RECAVAIL),
					  DNS_FIELD(Z),
					  DNS_FIELD(AUTHENTICATED),
					  DNS_FIELD(CHECKDISABLE),
					  DNS_FIELD(RCODE_FIELD)};
	static const uint16_t llmnr[] = {DNS_FIELD(RESPONSE_FLAG), DNS_FIELD(OPCODE_FIELD),
					 DNS_FIELD(CONFLICT),      DNS_FIELD(TRUNCATED),
					 DNS_FIELD(TENTATIVE),     DNS_FIELD(RCODE_FIELD)};
	bool response = m->flags & DNS_RESPONSE;
	uint32_t at = c->at, before;
	char text[128];

	say_uint(d, c, DNS_FIELD(FLAGS), 2);
	flags_text(d, m, text);
	item_append(d->tree, d->item, " %s", text);
	before = say_open(d);
	if (m->kind == PROTOCOL_LLMNR)
		say_bits(d, at, 2, m->flags, llmnr, response ? 6 : 5);
	else if (response)
		say_bits(d, at, 2, m->flags, answer, sizeof(answer) / sizeof(answer[0]));
	else if (!(m->flags & DNS_AD))
		say_bits(d, at, 2, m->flags, without_ad, 6);
	else
		say_bits(d, at, 2, m->flags, query, sizeof(query) / sizeof(query[0]));
	say_close(d, before);
}

static void say_counts(struct dissect *d, struct cursor *c, const struct message *m)
{
	bool update = (m->flags >> 11 & 15) == OPCODE_UPDATE;

	say_uint(d, c, update ? DNS_FIELD(ZONES) : DNS_FIELD(QUERIES), 2);
	say_uint(d, c, update ? DNS_FIELD(PREREQUISITES) : DNS_FIELD(ANSWERS), 2);
	say_uint(d, c, update ? DNS_FIELD(UPDATES) : DNS_FIELD(AUTH_RR), 2);
	say_uint(d, c, DNS_FIELD(ADD_RR), 2);
}

static uint32_t count_labels(const char *name)
{
	uint32_t count = 1;

	for (; *name; name++)
		count += *name == '.';
	return count;
}

/* A name with its length, where it begins and whose message it is. */
struct asked {
	const char *name;
	uint32_t len;
	uint32_t from;
	bool mdns;
};

static void question_fields(struct dissect *d, struct cursor *c, const struct asked *q)
{
	uint32_t from = q->from, name_len = c->at - from;

	tree_string(d->tree, DNS_FIELD(QRY_NAME), from, name_len, q->name);
	item_flag(tree_uint(d->tree, DNS_FIELD(QRY_NAME_LEN), from, name_len, q->len),
		  ITEM_GENERATED);
	item_flag(tree_uint(d->tree, DNS_FIELD(LABELS), from, name_len, count_labels(q->name)),
		  ITEM_GENERATED);
	say_uint(d, c, DNS_FIELD(QRY_TYPE), 2);
	if (q->mdns) {
		struct cursor again = *c;

		say_uint(d, c, DNS_FIELD(QRY_CLASS_MDNS), 2);
		say_uint(d, &again, DNS_FIELD(QRY_QU), 2);
	} else {
		say_uint(d, c, DNS_FIELD(QRY_CLASS), 2);
	}
}

static bool say_question(struct dissect *d, struct message *m, struct cursor *c)
{
	bool mdns = m->kind == PROTOCOL_MDNS;
	uint32_t from = c->at, before;
	char name[DNS_TEXT_MAX], type_buf[16], class_buf[16];
	struct cursor ahead = *c;
	struct asked asked = {.name = name, .from = from, .mdns = mdns};
	uint16_t type, class;

	asked.len = dns_text(&m->reader, &ahead, name);
	if (!asked.len) {
		c->status = ahead.status;
		return false;
	}
	*c = ahead;
	type = cursor_be16(&ahead);
	class = cursor_be16(&ahead);
	if (!cursor_ok(&ahead)) {
		c->status = ahead.status;
		return false;
	}
	info_add(d, " %s ", type_text(type, type_buf));
	info_add_escaped(d, name);
	if (mdns)
		info_add(d, ", \"Q%c\" question", class & CLASS_TOP_BIT ? 'U' : 'M');
	say_line(d, from, ahead.at - from, "%s: type %s, class %s", name, type_text(type, type_buf),
		 class_text(mdns ? class & ~CLASS_TOP_BIT : class, class_buf));
	if (mdns && d->item)
		item_append(d->tree, d->item, ", \"Q%c\" question",
			    class & CLASS_TOP_BIT ? 'U' : 'M');
	before = say_open(d);
	question_fields(d, c, &asked);
	say_close(d, before);
	return cursor_ok(c);
}

/* RFC 6891 s. 6.1.3: what class and lifetime mean in an OPT record. */
static void say_opt_header(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {DNS_FIELD(RESP_Z_DO), DNS_FIELD(RESP_Z_RESERVED)};
	uint32_t at, before;
	uint64_t z;

	say_uint(d, c, DNS_FIELD(PAYLOAD_SIZE), 2);
	say_uint(d, c, DNS_FIELD(EXT_RCODE), 1);
	say_uint(d, c, DNS_FIELD(EDNS_VERSION), 1);
	at = c->at;
	z = say_uint(d, c, DNS_FIELD(RESP_Z), 2);
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 2, z, bits, 2);
	say_close(d, before);
}

static void say_record_header(struct dissect *d, struct cursor *c, bool mdns)
{
	char span[SPAN_TEXT_MAX];
	struct cursor again = *c;
	uint64_t ttl;

	say_uint(d, c, mdns ? DNS_FIELD(RESP_CLASS_MDNS) : DNS_FIELD(RESP_CLASS), 2);
	if (mdns)
		say_uint(d, &again, DNS_FIELD(CACHE_FLUSH), 2);
	ttl = say_uint(d, c, DNS_FIELD(RESP_TTL), 4);
	if (dissect_wants_text(d))
		item_append(d->tree, d->item, " (%s)", span_text((uint32_t)ttl, span));
	if (ttl & TTL_TOP_BIT)
		say_expert(d, tree_index(d->tree, d->item), DNS_FIELD(TTL_HIGH_BIT), EXPERT_WARN,
			   EXPERT_PROTOCOL,
			   "The uppermost bit of the TTL is set (RFC 2181, section 8)");
}

static void record_line(struct dissect *d, struct dns_parse *p, uint16_t class, bool whole,
			uint32_t from)
{
	bool mdns = d->layers[d->layer].protocol == PROTOCOL_MDNS;
	bool flush = mdns && class & CLASS_TOP_BIT;
	char type_buf[16], class_buf[16];
	const char *type = type_text(p->type, type_buf);

	info_add(d, " %s%s", type, flush && p->type != DNS_OPT ? ", cache flush" : "");
	if (!whole) /* as Wireshark has it, it is named there, and no more */
		return;
	if (p->type == DNS_OPT)
		say_line(d, from, 0, "%s: type %s", p->owner, type);
	else
		say_line(d, from, 0, "%s: type %s, class %s%s", p->owner, type,
			 class_text(mdns ? class & ~CLASS_TOP_BIT : class, class_buf),
			 flush ? ", cache flush" : "");
	p->line = d->tree ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
}

static void record_body(struct dissect *d, struct cursor *c, struct dns_parse *p, bool mdns,
			uint32_t from)
{
	struct cursor data;

	if (p->type == DNS_SRV)
		dns_say_srv_owner(p, from, c->at - from);
	else
		tree_string(d->tree, DNS_FIELD(RESP_NAME), from, c->at - from, p->owner);
	say_uint(d, c, DNS_FIELD(RESP_TYPE), 2);
	if (p->type == DNS_OPT)
		say_opt_header(d, c);
	else
		say_record_header(d, c, mdns);
	data = cursor_take(c, (uint32_t)say_uint(d, c, DNS_FIELD(RESP_LEN), 2));
	if (!cursor_ok(c))
		return;
	if (cursor_left(&data))
		dns_say_data(p, &data);
	if (!cursor_ok(&data))
		c->status = data.status;
}

static bool say_record(struct dissect *d, struct message *m, struct cursor *c)
{
	bool mdns = m->kind == PROTOCOL_MDNS;
	uint32_t from = c->at, before;
	char name[DNS_TEXT_MAX];
	struct dns_parse p = {.d = d, .reader = &m->reader, .owner = name};
	struct cursor ahead = *c;
	uint16_t class, len;

	if (!dns_text(&m->reader, &ahead, name)) {
		c->status = ahead.status;
		return false;
	}
	*c = ahead;
	cursor_need(&ahead, RECORD_HEADER_LEN);
	p.type = cursor_be16(&ahead);
	class = cursor_be16(&ahead);
	if (!cursor_ok(&ahead)) {
		c->status = ahead.status;
		return false;
	}
	cursor_skip(&ahead, 4); /* time to live */
	len = cursor_be16(&ahead);
	cursor_need(&ahead, len);
	record_line(d, &p, class, cursor_ok(&ahead), from);
	if (!cursor_ok(&ahead)) {
		c->status = ahead.status;
		return false;
	}
	before = say_open(d);
	record_body(d, c, &p, mdns, from);
	say_close(d, before);
	if (p.line != TREE_NO_PARENT)
		tree_set_len(d->tree, p.line, c->at - from);
	return cursor_ok(c);
}

/* The counts are the sender's: what bounds the loop are the bytes, and the step budget. */
static void say_section(struct dissect *d, struct message *m, struct cursor *c, unsigned section)
{
	static const char *const titles[SECTIONS] = {
		"Queries", "Answers", "Authoritative nameservers", "Additional records"};
	static const char *const update[SECTIONS] = {"Zone", "Prerequisites", "Updates",
						     "Additional records"};
	bool is_update = (m->flags >> 11 & 15) == OPCODE_UPDATE;
	uint32_t count = m->reader.header.counts[section];
	uint32_t from = c->at, line, before;

	if (!count || !cursor_need(c, 1))
		return;
	say_line(d, from, 0, "%s", is_update ? update[section] : titles[section]);
	line = d->tree ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
	before = say_open(d);
	while (count-- && cursor_ok(c) && dissect_step(d)) {
		if (section == 0 ? !say_question(d, m, c) : !say_record(d, m, c))
			break;
	}
	say_close(d, before);
	if (line != TREE_NO_PARENT)
		tree_set_len(d->tree, line, c->at - from);
}

static bool over_tcp(const struct dissect *d)
{
	return d->kept.ip_protocol == IP_TCP && d->layers[d->layer].protocol == PROTOCOL_DNS;
}

/* False when the rest of the message comes in segments to come. */
static bool is_whole(struct dissect *d, const struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len;

	if (cursor_left(c) < DNS_TCP_LENGTH_LEN)
		return !dissect_want_more(d, c, DISSECT_ONE_SEGMENT);
	len = cursor_be16(&look);
	return len <= cursor_left(&look) || !dissect_want_more(d, c, len - cursor_left(&look));
}

/* Over TCP each message has its length before it (RFC 1035 s. 4.2.2); the rest is another. */
static struct cursor take_message(struct dissect *d, struct cursor *c)
{
	uint32_t len = (uint32_t)say_uint(d, c, DNS_FIELD(LENGTH), DNS_TCP_LENGTH_LEN);
	struct cursor all = *c;

	if (len < cursor_left(c)) {
		struct cursor rest = *c;

		all.wire = all.at + len;
		all.captured = all.captured < all.wire ? all.captured : all.wire;
		cursor_skip(&rest, len);
		if (is_whole(d, &rest))
			dissect_next(d, PROTOCOL_DNS, &rest);
	}
	return all;
}

static void say_frame(struct dissect *d, uint16_t id, uint32_t frame)
{
	item_flag(tree_uint(d->tree, id, 0, 0, frame), ITEM_GENERATED);
}

/* The remark stands at the transaction id, in front of all that follows. */
static void remark_repeated(struct dissect *d, const struct pair_view *view, bool reply,
			    uint32_t under)
{
	if (reply)
		say_expert(d, under, DNS_FIELD(RETRANSMIT_RESPONSE), EXPERT_WARN, EXPERT_PROTOCOL,
			   "DNS response retransmission. Original response in frame %u",
			   view->repeats);
	else
		say_expert(d, under, DNS_FIELD(RETRANSMIT_REQUEST), EXPERT_WARN, EXPERT_PROTOCOL,
			   "DNS query retransmission. Original request in frame %u", view->repeats);
}

/* Behind the sections: which message this one answers, or is answered by. */
static void say_other(struct dissect *d, const struct pair_view *view, bool reply)
{
	if (!d->tree || (!view->known && !d->depth)) /* what an error quotes answers nobody */
		return;
	if (view->repeats) {
		say_frame(d,
			  reply ? DNS_FIELD(RETRANSMIT_RESPONSE_IN)
				: DNS_FIELD(RETRANSMIT_REQUEST_IN),
			  view->repeats);
		say_frame(d, DNS_FIELD(RETRANSMISSION), true);
	} else if (view->frame) {
		say_frame(d, reply ? DNS_FIELD(RESPONSE_TO) : DNS_FIELD(RESPONSE_IN), view->frame);
		if (reply)
			item_flag(tree_int(d->tree, DNS_FIELD(TIME), 0, 0, view->time),
				  ITEM_GENERATED);
	} else if (reply) {
		say_frame(d, DNS_FIELD(UNSOLICITED), true);
	}
}

/* Multicast DNS has no ids (RFC 6762 s. 18.1): whatever answers next is the answer, as in Wireshark. */
static struct pair_view ask_other(struct dissect *d, const struct message *m)
{
	const struct pair_query query = {
		.kind = PAIR_DNS,
		.reply = m->flags & DNS_RESPONSE,
		.ports = true,
		.number = m->reader.header.id,
		.patience = QUERY_PATIENCE,
	};

	return dissect_pair(d, &query);
}

/* Another message of a segment stands behind the one before it in the Info column. */
static void separate(struct dissect *d)
{
	if (!d->met[PROTOCOL_DNS])
		return;
	info_add(d, " | ");
	info_keep(d);
}

static void dissect_dns(struct dissect *d, struct cursor *c)
{
	struct message m = {.kind = d->layers[d->layer].protocol};
	bool tcp = over_tcp(d);
	struct cursor body;
	struct pair_view view;

	if (tcp && !is_whole(d, c))
		return;
	body = tcp ? take_message(d, c) : *c;
	info_clear(d);
	if (tcp)
		separate(d);
	if (!cursor_need(&body,
			 DNS_ID_LEN + DNS_FLAGS_LEN)) { /* not told whether it asks or answers */
		dissect_unsay(d);
		*c = body;
		return;
	}
	dns_open(&body, &m.reader);
	m.flags = m.reader.header.flags;
	say_heading(d, "%s (%s)", protocol_get(m.kind)->title,
		    m.flags & DNS_RESPONSE ? "response" : "query");
	say_uint(d, &body, DNS_FIELD(ID), 2);
	view = ask_other(d, &m);
	if (view.repeats)
		remark_repeated(d, &view, m.flags & DNS_RESPONSE, tree_index(d->tree, d->item));
	say_flags(d, &body, &m);
	say_counts(d, &body, &m);
	for (unsigned i = 0; i < SECTIONS; i++)
		say_section(d, &m, &body, i);
	if (cursor_ok(&body))
		say_other(d, &view, m.flags & DNS_RESPONSE);
	if (tcp)
		info_keep(d);
	*c = body;
}

/* On any port: an ordinary query, or an answer of a size that answers have. */
static bool accept_dns(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct dns_reader reader;
	const struct dns_hdr *h = &reader.header;

	(void)d;
	if (by_port)
		return true;
	if (cursor_left(c) <= DNS_HEADER_LEN)
		return false;
	dns_open(c, &reader);
	if (!cursor_ok(&reader.next) || h->flags & OPCODE_MASK || h->counts[3] > GUESS_RECORDS_MAX)
		return false;
	if (!(h->flags & DNS_RESPONSE))
		return h->counts[0] == 1 && !h->counts[1] && !h->counts[2];
	return h->counts[0] <= 1 && h->counts[1] <= GUESS_ANSWERS_MAX &&
	       h->counts[2] <= GUESS_RECORDS_MAX;
}

const struct dissector dns_dissector = {dns_fields, DNS_FIELDS, dissect_dns, accept_dns};
const struct dissector mdns_dissector = {mdns_fields, 1, dissect_dns};
const struct dissector llmnr_dissector = {llmnr_fields, 1, dissect_dns};
