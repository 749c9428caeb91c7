// SPDX-License-Identifier: Apache-2.0
// The functions of display filters: upper, lower, len, count, string, max, min, abs.
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "packet/dfilter_node.h"
#include "wire/addr.h"

#define DECIMAL_MAX 24 /* a sign and the digits of 64 bits */

static bool change_case(struct dfilter *f, bool upper, struct value *v)
{
	uint8_t *room = filter_bytes(f, v->len);

	if (!room)
		return false;
	for (uint32_t i = 0; i < v->len; i++)
		room[i] = (uint8_t)(upper ? toupper(v->bytes[i]) : tolower(v->bytes[i]));
	v->bytes = room;
	return true;
}

static uint32_t decimal(__int128 number, char text[static DECIMAL_MAX])
{
	bool negative = number < 0;
	uint64_t rest = (uint64_t)(negative ? -number : number);
	char digits[DECIMAL_MAX];
	uint32_t count = 0, len = 0;

	do
		digits[count++] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (negative)
		text[len++] = '-';
	while (count)
		text[len++] = digits[--count];
	return len;
}

static bool to_text(struct dfilter *f, struct value *v)
{
	char text[ADDR_TEXT_MAX] = "";
	uint32_t len;
	struct addr a;
	uint8_t *room;

	if (v->type == FIELD_ETHER && v->len == MAC_LEN) {
		mac_text(v->bytes, true, text);
		len = (uint32_t)strlen(text);
	} else if (v->type == FIELD_IPV4 || (v->type == FIELD_IPV6 && v->len == 16)) {
		a = v->type == FIELD_IPV4 ? addr_v4_number((uint32_t)v->number) : addr_v6(v->bytes);
		len = (uint32_t)strlen(addr_text(&a, text));
	} else if (v->type == FIELD_UINT || v->type == FIELD_INT || v->type == FIELD_FRAME) {
		len = decimal(v->number, text);
	} else {
		return false;
	}
	room = filter_bytes(f, len);
	if (!room)
		return false;
	memcpy(room, text, len);
	*v = (struct value) {
		.type = FIELD_STRING, .prefix = PREFIX_WHOLE, .len = len, .bytes = room};
	return true;
}

/* Bytes of a value as it is held: text and bytes by their length, numbers by their width. */
static void to_len(const struct node *n, struct value *v)
{
	uint32_t len =
		filter_bytes_like(v->type) || v->type == FIELD_IPV6 ? v->len : n->left->width;

	if (v->type == FIELD_IPV4)
		len = 4;
	*v = (struct value) {.type = FIELD_UINT, .prefix = PREFIX_WHOLE, .number = len};
}

static void push_extreme(struct dfilter *f, const struct node *n, uint32_t first)
{
	int wanted = n->op == FUNCTION_MAX ? 1 : -1;
	struct value best;

	if (f->value_count == first)
		return;
	best = f->values[first];
	for (uint32_t i = first + 1; i < f->value_count; i++)
		if (filter_compare(&f->values[i], &best) == wanted)
			best = f->values[i];
	f->value_count = first;
	filter_push(f, &best);
}

static bool apply(struct dfilter *f, const struct node *n, struct value *v)
{
	switch ((enum function_id)n->op) {
	case FUNCTION_UPPER:
	case FUNCTION_LOWER:
		return change_case(f, n->op == FUNCTION_UPPER, v);
	case FUNCTION_LEN:
		to_len(n, v);
		return true;
	case FUNCTION_STRING:
		return to_text(f, v);
	case FUNCTION_ABS:
		if (v->type == FIELD_DOUBLE ? v->real < 0 : v->number < 0)
			return filter_negate(v);
		return true;
	case FUNCTION_COUNT:
	case FUNCTION_MAX:
	case FUNCTION_MIN:
	case FUNCTION_COUNT_OF:
		break;
	}
	return false;
}

void filter_call(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count, kept = first;

	for (const struct node *arg = n->left; arg; arg = arg->next)
		filter_collect(f, arg);
	if (n->op == FUNCTION_MAX || n->op == FUNCTION_MIN) {
		push_extreme(f, n, first);
		return;
	}
	if (n->op == FUNCTION_COUNT) { /* of nothing there is no count, as in Wireshark 4.0 */
		struct value v = {.type = FIELD_UINT, .number = f->value_count - first};

		f->value_count = first;
		if (v.number)
			filter_push(f, &v);
		return;
	}
	for (uint32_t i = first; i < f->value_count; i++)
		if (apply(f, n, &f->values[i]))
			f->values[kept++] = f->values[i];
	f->value_count = kept;
}
