// SPDX-License-Identifier: Apache-2.0
// Values of a display filter: out of the tree, compared, sliced to bytes, calculated with.
#include <string.h>

#include "packet/dfilter_node.h"

#define COST_MATCH 1000   /* of one regular expression, besides the bytes it reads */
#define COST_LIMIT 200000 /* of one that ran into its limits */

static bool is_wide_number(uint8_t type)
{
	return type == FIELD_UINT || type == FIELD_INT || type == FIELD_FRAME ||
	       type == FIELD_BOOL || type == FIELD_IPV4 || type == FIELD_TIME ||
	       type == FIELD_DURATION;
}

bool filter_bytes_like(enum field_type type)
{
	return type == FIELD_BYTES || type == FIELD_ETHER || type == FIELD_STRING ||
	       type == FIELD_PROTOCOL;
}

bool filter_sliceable(enum field_type type)
{
	return filter_bytes_like(type) || type == FIELD_IPV4 || type == FIELD_IPV6;
}

/* The bytes of a protocol lie in the frame, or in what was put together from several. */
static void protocol_bytes(const struct dfilter *f, const struct item *item, struct value *v)
{
	const struct dissect_source *source = &f->dissect->sources[item->source];

	v->bytes = (const uint8_t *)"";
	v->len = 0;
	if (item->source >= f->dissect->source_count || !source->bytes || item->at >= source->len)
		return;
	v->bytes = source->bytes + item->at;
	v->len = item->len < source->len - item->at ? item->len : source->len - item->at;
}

/* Every layer may end what the ones above it carry: padding belongs to none of them. */
void filter_with_payload(const struct dfilter *f, const struct item *item, struct value *v)
{
	const struct dissect *d = f->dissect;
	uint32_t index = (uint32_t)(item - f->tree->items), end;
	unsigned layer = 0;

	if (v->type != FIELD_PROTOCOL || item->source >= d->source_count ||
	    item->at >= d->sources[item->source].len)
		return;
	end = d->sources[item->source].len;
	while (layer < d->layer_count && d->layers[layer].item != index)
		layer++;
	while (layer < d->layer_count) {
		const struct dissect_layer *l = &d->layers[layer];

		if (l->source == item->source && l->end > item->at && l->end < end)
			end = l->end;
		layer = l->above < layer ? l->above : DISSECT_NO_LAYER;
	}
	v->bytes = d->sources[item->source].bytes + item->at;
	v->len = end - item->at;
}

bool filter_item_value(const struct dfilter *f, const struct item *item, struct value *ret_value)
{
	const struct field *field = f->names->get(item->id);
	struct value v = {.prefix = PREFIX_WHOLE};

	if (!field)
		return false;
	v.type = field->type;
	switch ((enum field_type)field->type) {
	case FIELD_NONE:
		v.number = 0;
		break;
	case FIELD_PROTOCOL:
		protocol_bytes(f, item, &v);
		break;
	case FIELD_BOOL:
		v.number = item->number != 0;
		break;
	case FIELD_UINT:
	case FIELD_FRAME:
	case FIELD_IPV4:
		v.number = item->number;
		break;
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_DURATION:
		v.number = item->signed_number;
		break;
	case FIELD_DOUBLE:
		v.real = item->real;
		break;
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV6:
	case FIELD_STRING:
		v.bytes = item->bytes;
		v.len = item->bytes ? item->value_len : 0;
		break;
	case FIELD_TYPES:
		return false;
	}
	*ret_value = v;
	return true;
}

static int compare_bytes(const struct value *a, const struct value *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->bytes, b->bytes, len) : 0;

	if (order == 0)
		return a->len < b->len ? -1 : a->len > b->len;
	return order < 0 ? -1 : 1;
}

/* Addresses compare in the bits that both prefixes cover. */
static int compare_ipv4(const struct value *a, const struct value *b)
{
	uint8_t prefix = a->prefix < b->prefix ? a->prefix : b->prefix;
	unsigned drop = prefix >= 32 ? 0 : 32u - prefix;
	uint64_t x = (uint32_t)a->number, y = (uint32_t)b->number;

	x >>= drop;
	y >>= drop;
	return x < y ? -1 : x > y;
}

static int compare_ipv6(const struct value *a, const struct value *b)
{
	unsigned prefix = a->prefix < b->prefix ? a->prefix : b->prefix;

	if (prefix > 128)
		prefix = 128;
	if (a->len != 16 || b->len != 16)
		return 2;
	for (unsigned i = 0; i < 16 && prefix; i++) {
		unsigned bits = prefix < 8 ? prefix : 8;
		unsigned x = a->bytes[i] >> (8 - bits), y = b->bytes[i] >> (8 - bits);

		if (x != y)
			return x < y ? -1 : 1;
		prefix -= bits;
	}
	return 0;
}

int filter_compare(const struct value *a, const struct value *b)
{
	if (a->type == FIELD_IPV4 && b->type == FIELD_IPV4)
		return compare_ipv4(a, b);
	if (a->type == FIELD_IPV6 && b->type == FIELD_IPV6)
		return compare_ipv6(a, b);
	if (is_wide_number(a->type) && is_wide_number(b->type))
		return a->number < b->number ? -1 : a->number > b->number;
	if (a->type == FIELD_DOUBLE && b->type == FIELD_DOUBLE)
		return a->real < b->real ? -1 : a->real > b->real ? 1 : a->real == b->real ? 0 : 2;
	if (filter_bytes_like(a->type) && filter_bytes_like(b->type))
		return compare_bytes(a, b);
	return 2;
}

/* Takes work off the frame's budget; false, and limited for this frame, when it is used up. */
static bool spend(struct dfilter *f, uint64_t cost)
{
	if (cost > f->budget) {
		f->budget = 0;
		f->limited = true;
		return false;
	}
	f->budget -= cost;
	return true;
}

static bool contains(struct dfilter *f, const struct value *a, const struct value *b)
{
	if (!filter_bytes_like(a->type) || !filter_bytes_like(b->type) || b->len == 0 ||
	    a->len < b->len || !spend(f, (uint64_t)a->len + b->len))
		return false;
	return memmem(a->bytes, a->len, b->bytes, b->len) != NULL;
}

bool filter_holds(struct dfilter *f, enum compare_op op, const struct value *a,
		  const struct value *b)
{
	int order;

	if (op == COMPARE_CONTAINS)
		return contains(f, a, b);
	if (!spend(f, 1))
		return false;
	order = filter_compare(a, b);
	switch (op) {
	case COMPARE_EQ:
		return order == 0;
	case COMPARE_NE:
		return order != 0;
	case COMPARE_GT:
		return order == 1;
	case COMPARE_LT:
		return order == -1;
	case COMPARE_GE:
		return order == 0 || order == 1;
	case COMPARE_LE:
		return order == 0 || order == -1;
	case COMPARE_CONTAINS:
	case COMPARE_MATCHES:
		break;
	}
	return false;
}

bool filter_regex_holds(struct dfilter *f, const pcre2_code *regex, const struct value *a)
{
	int rc;

	if (!filter_bytes_like(a->type) || !spend(f, COST_MATCH + a->len))
		return false;
	rc = pcre2_match(regex, (PCRE2_SPTR)(a->bytes ? a->bytes : (const uint8_t *)""), a->len, 0,
			 0, f->match_data, f->match_context);
	if (rc < -1) { /* a limit: no match, and say so */
		f->limited = true;
		spend(f, COST_LIMIT);
	}
	return rc >= 0;
}

uint8_t *filter_bytes(struct dfilter *f, size_t len)
{
	uint8_t *room;

	if (len > BYTES_MAX - f->bytes_used) {
		f->limited = true;
		return NULL;
	}
	room = f->bytes + f->bytes_used;
	f->bytes_used += (uint32_t)len;
	return room;
}

bool filter_as_bytes(struct dfilter *f, const struct value *v, struct value *ret_bytes)
{
	struct value out = *v;
	uint8_t *room;

	out.type = FIELD_BYTES;
	out.prefix = PREFIX_WHOLE;
	if (v->type == FIELD_IPV4) {
		room = filter_bytes(f, 4);
		if (!room)
			return false;
		for (unsigned i = 0; i < 4; i++)
			room[i] = (uint8_t)(v->number >> (24 - 8 * i));
		out.bytes = room;
		out.len = 4;
	} else if (!filter_sliceable(v->type)) {
		return false;
	}
	*ret_bytes = out;
	return true;
}

/* ---- Arithmetic ---- */

/* Beyond 64 bits a value is none: nothing on the wire is that large. */
static bool fits(__int128 number)
{
	return number <= (__int128)UINT64_MAX && number >= -(__int128)UINT64_MAX;
}

static bool calculate(char sign, __int128 a, __int128 b, __int128 *ret)
{
	switch (sign) {
	case '+':
		*ret = a + b;
		break;
	case '-':
		*ret = a - b;
		break;
	case '*':
		if (__builtin_mul_overflow(a, b, ret))
			return false;
		break;
	case '/':
	case '%':
		if (b == 0)
			return false;
		*ret = sign == '/' ? a / b : a % b;
		break;
	default:
		*ret = (__int128)((uint64_t)a & (uint64_t)b);
		break;
	}
	return fits(*ret);
}

static bool calculate_real(char sign, double a, double b, double *ret)
{
	switch (sign) {
	case '+':
		*ret = a + b;
		return true;
	case '-':
		*ret = a - b;
		return true;
	case '*':
		*ret = a * b;
		return true;
	case '/':
		if (b == 0)
			return false;
		*ret = a / b;
		return true;
	default:
		return false;
	}
}

/* Byte strings under a mask are as long as the shorter one. */
static bool mask_bytes(struct dfilter *f, const struct value *a, const struct value *b,
		       struct value *ret_value)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	uint8_t *room = filter_bytes(f, len);

	if (!room)
		return false;
	for (uint32_t i = 0; i < len; i++)
		room[i] = a->bytes[i] & b->bytes[i];
	*ret_value = *a;
	ret_value->bytes = room;
	ret_value->len = len;
	return true;
}

bool filter_arithmetic(struct dfilter *f, char sign, const struct value *a, const struct value *b,
		       struct value *ret_value)
{
	struct value v = *a;

	if (!spend(f, 1))
		return false;
	if (is_wide_number(a->type) && is_wide_number(b->type)) {
		if (!calculate(sign, a->number, b->number, &v.number))
			return false;
	} else if (a->type == FIELD_DOUBLE && b->type == FIELD_DOUBLE) {
		if (!calculate_real(sign, a->real, b->real, &v.real))
			return false;
	} else if (!is_wide_number(a->type) && !is_wide_number(b->type) &&
		   a->type != FIELD_DOUBLE && b->type != FIELD_DOUBLE && sign == '&') {
		return mask_bytes(f, a, b, ret_value);
	} else {
		return false;
	}
	*ret_value = v;
	return true;
}

bool filter_negate(struct value *v)
{
	if (v->type == FIELD_DOUBLE)
		v->real = -v->real;
	else if (is_wide_number(v->type))
		v->number = -v->number;
	else
		return false;
	return true;
}

bool filter_is_zero(const struct value *v)
{
	if (is_wide_number(v->type))
		return v->number == 0;
	if (v->type == FIELD_DOUBLE)
		return v->real == 0;
	for (uint32_t i = 0; i < v->len; i++)
		if (v->bytes[i])
			return false;
	return true;
}
