// SPDX-License-Identifier: Apache-2.0
// Dissects SNMP messages (RFC 1157, 3412, 3414, 3416): header, security parameters, PDU.
//
// Theory of operation. A message is a fixed nest of ASN.1 structures. Each function reads one
// structure, opening it with ber_read(), whose cursor bounds what is within; so lengths that lie
// end where their holder ends, and nothing recurses.
#include "proto/snmp.h"

#include "proto/snmp_parts.h"

#define F(name) SNMP_FIELD(name)

enum snmp_version {
	VERSION_1 = 0, /* RFC 3584 s. 5 */
	VERSION_2C = 1,
	VERSION_2U = 2, /* RFC 1910, never used */
	VERSION_3 = 3,
};

enum snmp_pdu {
	PDU_RESPONSE = 2, /* RFC 3416 s. 3: tags of the context class */
	PDU_TRAP = 4,     /* RFC 1157 s. 4.1.6 */
	PDU_BULK = 5,
	PDU_INFORM = 6,
	PDU_REPORT = 8,
};

#define MODEL_USM      3 /* RFC 3411 s. 6 */
#define FLAG_ENCRYPTED 2 /* RFC 3412 s. 6.4 */
#define IPV4_LEN       4
#define TAG_IPV4       0 /* RFC 2578: [APPLICATION 0] */

/* The item of a PDU by its tag; names and labels stand in the table of fields. */
static const uint16_t pdu_items[] = {
	F(GET_REQUEST_ELEMENT),   F(GET_NEXT_REQUEST_ELEMENT),
	F(GET_RESPONSE_ELEMENT),  F(SET_REQUEST_ELEMENT),
	F(TRAP_ELEMENT),          F(GETBULKREQUEST_ELEMENT),
	F(INFORMREQUEST_ELEMENT), F(SNMPV2_TRAP_ELEMENT),
	F(REPORT_ELEMENT),
};

/* ---- Elements ---- */

/*
 * Reads one element from c and says a number of the universal class; false (c is malformed then,
 * unless the capture cut it) when it is something else. ret_value may be NULL.
 */
static bool say_integer(struct dissect *d, struct cursor *c, uint16_t id, int64_t *ret_value)
{
	struct ber e;
	int64_t value;

	if (!ber_read(c, &e))
		return false;
	if (!ber_int(&e, &value)) {
		cursor_need(&e.value, e.len);
		c->status = e.value.status == CURSOR_OK ? CURSOR_MALFORMED : e.value.status;
		return false;
	}
	if (field_get(id)->type == FIELD_INT)
		d->item = tree_int(d->tree, id, e.value.at, e.len, value);
	else
		d->item = tree_uint(d->tree, id, e.value.at, e.len, (uint64_t)value);
	if (ret_value)
		*ret_value = value;
	return true;
}

/* Octets of the universal class, over which c steps; false when they are something else. */
static bool read_octets(struct cursor *c, struct ber *e)
{
	if (!ber_read(c, e))
		return false;
	if (!ber_is(e, BER_OCTETS) || e->constructed) {
		cursor_malformed(c);
		return false;
	}
	return true;
}

/* The same, said as the field id; *e is for who looks into them, and may be NULL. */
static bool say_octets(struct dissect *d, struct cursor *c, uint16_t id, struct ber *ret_element)
{
	struct ber e;
	struct cursor value;

	if (!read_octets(c, &e))
		return false;
	value = e.value;
	if (field_get(id)->type == FIELD_STRING)
		say_string(d, &value, id, e.len);
	else
		say_bytes(d, &value, id, e.len);
	if (!cursor_ok(&value))
		c->status = value.status;
	if (!e.len)
		item_text(d->tree, d->item, "%s: %s", field_get(id)->label,
			  field_get(id)->type == FIELD_STRING ? "" : "<MISSING>");
	if (ret_element)
		*ret_element = e;
	return cursor_ok(c);
}

/* Opens a structure of the universal class; *ret_inner is a cursor over what is in it. */
static bool open_sequence(struct cursor *c, struct cursor *ret_inner)
{
	struct ber e;

	if (!ber_read(c, &e))
		return false;
	if (!ber_is(&e, BER_SEQUENCE) || !e.constructed) {
		cursor_malformed(c);
		return false;
	}
	*ret_inner = e.value;
	return true;
}

/* An error within a structure is an error of what holds it. */
static void pass_error(struct cursor *c, const struct cursor *inner)
{
	if (cursor_ok(c) && !cursor_ok(inner))
		c->status = inner->status;
}

/* ---- PDUs ---- */

/* RFC 1157 s. 4.1.6: the trap of version 1. */
static void say_trap(struct dissect *d, struct cursor *c)
{
	struct ber e;

	if (!snmp_say_oid(d, c, F(ENTERPRISE), true) || !ber_read(c, &e))
		return;
	if (e.class != BER_APPLICATION || e.tag != TAG_IPV4 || e.len != IPV4_LEN) {
		cursor_malformed(c);
		return;
	}
	say_ipv4(d, &e.value, F(AGENT_ADDR));
	pass_error(c, &e.value);
	if (say_integer(d, c, F(GENERIC_TRAP), NULL) && say_integer(d, c, F(SPECIFIC_TRAP), NULL) &&
	    say_integer(d, c, F(TIME_STAMP), NULL))
		snmp_say_bindings(d, c);
}

/* What a request and its response share. */
struct exchange {
	bool known;
	uint32_t tag; /* of the PDU */
	int64_t id;
};

static void say_pdu_body(struct dissect *d, struct cursor *c, uint32_t tag, int64_t version,
			 struct exchange *exchange)
{
	bool bulk = tag == PDU_BULK;

	if (tag == PDU_TRAP) {
		if (version != VERSION_1)
			say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT,
				   F(TRAP_PDU_OBSOLETE), EXPERT_WARN, EXPERT_PROTOCOL,
				   "Trap-PDU is obsolete in this SNMP version");
		say_trap(d, c);
		return;
	}
	exchange->tag = tag;
	exchange->known = say_integer(d, c, F(REQUEST_ID), &exchange->id);
	if (exchange->known && say_integer(d, c, bulk ? F(NON_REPEATERS) : F(ERROR_STATUS), NULL) &&
	    say_integer(d, c, bulk ? F(MAX_REPETITIONS) : F(ERROR_INDEX), NULL))
		snmp_say_bindings(d, c);
}

/* Traps and reports are answered by nobody. */
static void say_other(struct dissect *d, const struct exchange *exchange)
{
	const struct pair_query query = {
		.kind = PAIR_SNMP,
		.reply = exchange->tag == PDU_RESPONSE,
		.ports = true,
		.many = true,
		.number = (uint64_t)exchange->id,
	};
	struct pair_view view;

	if (!exchange->known || exchange->tag == PDU_TRAP || exchange->tag > PDU_INFORM)
		return;
	view = dissect_pair(d, &query);
	if (!view.frame)
		return;
	item_flag(
		tree_uint(d->tree, query.reply ? F(RESPONSE_TO) : F(RESPONSE_IN), 0, 0, view.frame),
		ITEM_GENERATED);
	if (query.reply)
		item_flag(tree_int(d->tree, F(TIME), 0, 0, view.time), ITEM_GENERATED);
}

static void say_pdu(struct dissect *d, struct cursor *c, int64_t version, struct exchange *exchange)
{
	uint32_t outer, inner;
	struct ber e;

	info_clear(d);
	if (!ber_read(c, &e))
		return;
	if (e.class != BER_CONTEXT || e.tag > PDU_REPORT)
		return; /* tshark says nothing of it either */
	info_add(d, "%s", field_get(pdu_items[e.tag])->label);
	d->item = tree_uint(d->tree, F(DATA), e.at, 0, e.tag);
	outer = say_open(d);
	d->item = tree_uint(d->tree, pdu_items[e.tag], e.at, 0, 0);
	inner = say_open(d);
	say_pdu_body(d, &e.value, e.tag, version, exchange);
	say_close(d, inner);
	say_close(d, outer);
	pass_error(c, &e.value);
}

/* ---- Version 3 ---- */

static void say_global(struct dissect *d, struct cursor *c, int64_t *ret_model)
{
	static const uint16_t bits[] = {F(V3_FLAGS_REPORT), F(V3_FLAGS_CRYPT), F(V3_FLAGS_AUTH)};
	struct cursor inner;
	uint32_t before, flags_item;
	struct ber e;

	d->item = tree_uint(d->tree, F(MSGGLOBALDATA_ELEMENT), c->at, 0, 0);
	if (!open_sequence(c, &inner))
		return;
	before = say_open(d);
	if (say_integer(d, &inner, F(MSGID), NULL) && say_integer(d, &inner, F(MSGMAXSIZE), NULL) &&
	    say_octets(d, &inner, F(MSGFLAGS), &e)) {
		flags_item = tree_open(d->tree, d->item);
		if (e.len && cursor_held(&e.value))
			say_bits(d, e.value.at, 1, e.value.base[e.value.at], bits, 3);
		tree_close(d->tree, flags_item);
		say_integer(d, &inner, F(MSGSECURITYMODEL), ret_model);
	}
	say_close(d, before);
	pass_error(c, &inner);
}

static void say_engine_item(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t before;
	struct ber e;

	if (!say_octets(d, c, id, &e))
		return;
	before = say_open(d);
	if (e.len)
		snmp_say_engine(d, &e.value);
	say_close(d, before);
}

/* RFC 3414 s. 2.4; c is over the octets that hold it. */
static void say_user_security(struct dissect *d, struct cursor *c)
{
	struct cursor inner;

	if (!open_sequence(c, &inner))
		return;
	say_engine_item(d, &inner, F(MSGAUTHORITATIVEENGINEID));
	if (cursor_ok(&inner) && say_integer(d, &inner, F(MSGAUTHORITATIVEENGINEBOOTS), NULL) &&
	    say_integer(d, &inner, F(MSGAUTHORITATIVEENGINETIME), NULL) &&
	    say_octets(d, &inner, F(MSGUSERNAME), NULL) &&
	    say_octets(d, &inner, F(MSGAUTHENTICATIONPARAMETERS), NULL))
		say_octets(d, &inner, F(MSGPRIVACYPARAMETERS), NULL);
	pass_error(c, &inner);
}

static void say_scoped(struct dissect *d, struct ber *scoped, struct exchange *exchange)
{
	uint32_t outer, before;
	struct cursor *c = &scoped->value;

	d->item = tree_uint(d->tree, F(MSGDATA), scoped->at, 0, 0);
	outer = say_open(d);
	d->item = tree_uint(d->tree, F(PLAINTEXT_ELEMENT), scoped->at, 0, 0);
	before = say_open(d);
	say_engine_item(d, c, F(CONTEXTENGINEID));
	if (cursor_ok(c) && say_octets(d, c, F(CONTEXTNAME), NULL))
		say_pdu(d, c, VERSION_3, exchange);
	say_close(d, before);
	say_close(d, outer);
}

/* The PDU in the clear, or octets that only the key opens. */
static void say_message_data(struct dissect *d, struct cursor *c, struct exchange *exchange)
{
	uint32_t before;
	struct ber e;

	if (!ber_read(c, &e))
		return;
	info_clear(d);
	if (ber_is(&e, BER_OCTETS)) {
		d->item = tree_uint(d->tree, F(MSGDATA), e.at, 0, 1);
		before = say_open(d);
		say_bytes(d, &e.value, F(ENCRYPTEDPDU), e.len);
		say_close(d, before);
		info_add(d, "encryptedPDU: privKey Unknown");
	} else if (ber_is(&e, BER_SEQUENCE)) {
		say_scoped(d, &e, exchange);
	} else {
		cursor_malformed(c);
	}
	pass_error(c, &e.value);
}

static void say_version3(struct dissect *d, struct cursor *c, struct exchange *exchange)
{
	int64_t model = -1;
	struct ber e;

	say_global(d, c, &model);
	if (!cursor_ok(c))
		return;
	if (model == MODEL_USM) {
		if (!read_octets(c, &e))
			return;
		say_user_security(d, &e.value);
		pass_error(c, &e.value);
	} else {
		say_octets(d, c, F(MSGSECURITYPARAMETERS), NULL);
	}
	if (cursor_ok(c))
		say_message_data(d, c, exchange);
}

/* ---- Messages ---- */

static bool accepts_snmp(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct cursor look = *c;
	struct ber e;

	(void)d;
	(void)by_port;
	ber_read(&look, &e); /* its value may be cut */
	return e.class == BER_UNIVERSAL && e.tag == BER_SEQUENCE && e.constructed &&
	       ber_read(&e.value, &e) && ber_is(&e, BER_INTEGER);
}

static void dissect_snmp(struct dissect *d, struct cursor *c)
{
	struct exchange exchange = {0};
	struct cursor inner, look;
	int64_t version = -1;
	struct ber e;

	if (!open_sequence(c, &inner))
		return;
	look = inner;
	if (ber_read(&look, &e))
		ber_int(&e, &version);
	if (!say_integer(d, &inner, version == VERSION_3 ? F(MSGVERSION) : F(VERSION), NULL)) {
		pass_error(c, &inner);
		return;
	}
	if (version == VERSION_3)
		say_version3(d, &inner, &exchange);
	else if (version == VERSION_2U)
		say_octets(d, &inner, F(PARAMETERS), NULL);
	else if ((version == VERSION_1 || version == VERSION_2C) &&
		 say_octets(d, &inner, F(COMMUNITY), NULL))
		say_pdu(d, &inner, version, &exchange);
	say_other(d, &exchange);
	pass_error(c, &inner);
}

const struct dissector snmp_dissector = {snmp_fields, SNMP_FIELDS, dissect_snmp, accepts_snmp};
