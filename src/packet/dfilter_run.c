// SPDX-License-Identifier: Apache-2.0
// Asks a compiled display filter about one frame.
//
// Operands lay their values on one stack (f->values), so that nothing is allocated; a test takes
// them off again. Boolean nodes recurse at most as deep as the parser did.
#include <string.h>

#include "packet/dfilter_node.h"

#define BUDGET 2000000 /* units of work a frame may cost: about a nanosecond or two each */

/* ---- Operands ---- */

bool filter_push(struct dfilter *f, const struct value *v)
{
	if (f->value_count == VALUES_MAX) {
		f->limited = true;
		return false;
	}
	f->values[f->value_count++] = *v;
	return true;
}

static inline bool is_one_of(const struct node *n, uint16_t id)
{
	for (unsigned i = 0; i < n->id_count; i++)
		if (n->ids[i] == id)
			return true;
	return false;
}

/* Negative numbers count from the last layer that has the field. */
static bool in_layers(const struct slice *layers, uint32_t layer, uint32_t last)
{
	for (; layers; layers = layers->next) {
		int64_t from = layers->from < 0 ? (int64_t)last + 1 + layers->from : layers->from;
		int64_t end = layers->end;

		if (layers->kind == SLICE_OPEN)
			end = INT32_MAX;
		else if (layers->kind == SLICE_COUNT)
			end = from + end - 1;
		else if (end < 0)
			end += (int64_t)last + 1;
		if (layer >= from && layer <= end)
			return true;
	}
	return false;
}

static uint32_t last_layer(const struct dfilter *f, const struct node *n)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < f->tree->count; i++) {
		const struct item *item = &f->tree->items[i];

		if (is_one_of(n, item->id) && item->layer + 1 > last)
			last = item->layer + 1;
	}
	return last;
}

static void collect_field(struct dfilter *f, const struct node *n, bool with_payload)
{
	uint32_t last = n->slices ? last_layer(f, n) : 0;
	struct value v;

	for (uint32_t i = 0; i < f->tree->count; i++) {
		const struct item *item = &f->tree->items[i];

		if (!is_one_of(n, item->id) || !filter_item_value(f, item, &v))
			continue;
		if (n->slices && !in_layers(n->slices, item->layer + 1, last))
			continue;
		if (with_payload)
			filter_with_payload(f, item, &v);
		if (!filter_push(f, &v))
			return;
	}
}

static bool present(const struct dfilter *f, const struct node *n)
{
	uint32_t last = n->slices ? last_layer(f, n) : 0;

	for (uint32_t i = 0; i < f->tree->count; i++) {
		const struct item *item = &f->tree->items[i];

		if (is_one_of(n, item->id) &&
		    (!n->slices || in_layers(n->slices, item->layer + 1, last)))
			return true;
	}
	return false;
}

/* Where a slice lies in len bytes; false when it reaches outside. */
static bool slice_range(const struct slice *s, uint32_t len, uint32_t *ret_from, uint32_t *ret_len)
{
	int64_t from = s->from < 0 ? (int64_t)len + s->from : s->from;
	int64_t end = s->end;

	if (s->kind == SLICE_OPEN)
		end = len;
	else if (s->kind == SLICE_COUNT)
		end = from + end;
	else
		end = end < 0 ? (int64_t)len + end + 1 : end + 1;
	if (from < 0 || from > len || end > len || end <= from)
		return false;
	*ret_from = (uint32_t)from;
	*ret_len = (uint32_t)(end - from);
	return true;
}

/* One value becomes its slices, joined; what reaches outside adds nothing. */
static bool slice_value(struct dfilter *f, const struct node *n, struct value *v)
{
	uint32_t from, len, total = 0;
	uint8_t *room;

	if (!filter_as_bytes(f, v, v))
		return false;
	if (!n->slices->next) {
		if (!slice_range(n->slices, v->len, &from, &len))
			from = len = 0;
		v->bytes += from;
		v->len = len;
		return true;
	}
	for (const struct slice *s = n->slices; s; s = s->next)
		if (slice_range(s, v->len, &from, &len))
			total += len;
	room = filter_bytes(f, total);
	if (!room)
		return false;
	total = 0;
	for (const struct slice *s = n->slices; s; s = s->next) {
		if (!slice_range(s, v->len, &from, &len))
			continue;
		memcpy(room + total, v->bytes + from, len);
		total += len;
	}
	v->bytes = room;
	v->len = total;
	return true;
}

static void collect_slice(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count, kept = first;

	filter_collect(f, n->left);
	for (uint32_t i = first; i < f->value_count; i++)
		if (slice_value(f, n, &f->values[i]))
			f->values[kept++] = f->values[i];
	f->value_count = kept;
}

/* Every value on the left with every one on the right. */
static void collect_arithmetic(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count, middle, end;
	struct value v;

	filter_collect(f, n->left);
	middle = f->value_count;
	filter_collect(f, n->right);
	end = f->value_count;
	for (uint32_t a = first; a < middle; a++)
		for (uint32_t b = middle; b < end && f->value_count < VALUES_MAX; b++)
			if (filter_arithmetic(f, (char)n->op, &f->values[a], &f->values[b], &v))
				filter_push(f, &v);
	memmove(&f->values[first], &f->values[end], (f->value_count - end) * sizeof(v));
	f->value_count -= end - first;
}

static void collect_negated(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count;

	filter_collect(f, n->left);
	for (uint32_t i = first; i < f->value_count; i++)
		filter_negate(&f->values[i]);
}

void filter_collect(struct dfilter *f, const struct node *n)
{
	switch (n->kind) {
	case NODE_FIELD:
		collect_field(f, n, false);
		break;
	case NODE_LITERAL:
		filter_push(f, &n->value);
		break;
	case NODE_SLICE:
		collect_slice(f, n);
		break;
	case NODE_CALL:
		filter_call(f, n);
		break;
	case NODE_ARITHMETIC:
		collect_arithmetic(f, n);
		break;
	case NODE_NEGATE:
		collect_negated(f, n);
		break;
	default: /* a reference: no frame is selected, so it has no value */
		break;
	}
}

/* ---- Tests ---- */

/* A bare field beside a literal, the most common test: no values are laid down. */
static bool run_quick_compare(struct dfilter *f, const struct node *n)
{
	bool found = false;
	struct value v;

	for (uint32_t i = 0; i < f->tree->count; i++) {
		const struct item *item = &f->tree->items[i];
		bool holds;

		if (!is_one_of(n->left, item->id) || !filter_item_value(f, item, &v))
			continue;
		holds = filter_holds(f, n->op, &v, &n->right->value);
		found = true;
		if (holds != n->all)
			return holds;
	}
	return found && n->all;
}

/* The values of the two sides lie from first to middle and from middle to end. */
static bool compare_lists(struct dfilter *f, const struct node *n, uint32_t first, uint32_t middle,
			  uint32_t end)
{
	for (uint32_t a = first; a < middle; a++)
		for (uint32_t b = middle; b < end; b++)
			if (filter_holds(f, n->op, &f->values[a], &f->values[b]) != n->all)
				return !n->all;
	return n->all;
}

/* Where one side is sliced the other's values are taken as bytes too. */
static void bytes_beside_slice(struct dfilter *f, const struct node *other, uint32_t from,
			       uint32_t to)
{
	if (other->kind != NODE_SLICE)
		return;
	for (uint32_t i = from; i < to; i++)
		filter_as_bytes(f, &f->values[i], &f->values[i]);
}

static bool run_matches(struct dfilter *f, const struct node *n, uint32_t first)
{
	for (uint32_t i = first; i < f->value_count; i++)
		if (filter_regex_holds(f, n->regex, &f->values[i]) != n->all)
			return !n->all;
	return n->all && f->value_count > first;
}

static bool searches(const struct node *n)
{
	return n->op == COMPARE_CONTAINS || n->op == COMPARE_MATCHES;
}

static bool run_compare(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count, middle;
	bool holds = false;

	if (n->value_of_quick)
		return run_quick_compare(f, n);
	if (n->left->kind == NODE_FIELD)
		collect_field(f, n->left, searches(n));
	else
		filter_collect(f, n->left);
	middle = f->value_count;
	if (middle > first && n->op == COMPARE_MATCHES) {
		holds = run_matches(f, n, first);
	} else if (middle > first) {
		filter_collect(f, n->right);
		bytes_beside_slice(f, n->right, first, middle);
		bytes_beside_slice(f, n->left, middle, f->value_count);
		if (f->value_count > middle)
			holds = compare_lists(f, n, first, middle, f->value_count);
	}
	f->value_count = first;
	return holds;
}

/* Some value of the operand, from `at`, relates so to v. */
static bool any_holds(struct dfilter *f, enum compare_op op, const struct value *v,
		      const struct node *operand)
{
	uint32_t at = f->value_count;
	bool holds = false;

	if (operand->kind == NODE_LITERAL)
		return filter_holds(f, op, v, &operand->value);
	filter_collect(f, operand);
	for (uint32_t i = at; i < f->value_count && !holds; i++)
		holds = filter_holds(f, op, v, &f->values[i]);
	f->value_count = at;
	return holds;
}

static bool in_set(struct dfilter *f, const struct node *n, const struct value *v)
{
	for (const struct node *e = n->right; e; e = e->next) {
		if (e->kind == NODE_RANGE ? any_holds(f, COMPARE_GE, v, e->left) &&
						    any_holds(f, COMPARE_LE, v, e->right)
					  : any_holds(f, COMPARE_EQ, v, e))
			return true;
	}
	return false;
}

static bool run_in(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count, end;
	bool found, holds;

	filter_collect(f, n->left);
	end = f->value_count;
	found = end > first;
	holds = found && n->all;
	for (uint32_t i = first; i < end; i++) {
		if (in_set(f, n, &f->values[i]) != n->all) {
			holds = !n->all;
			break;
		}
	}
	f->value_count = first;
	return holds;
}

/* Slices are present when one of them has bytes; sums when one is not zero. */
static bool run_values(struct dfilter *f, const struct node *n)
{
	uint32_t first = f->value_count;
	bool holds = false;

	if (n->kind == NODE_PRESENT && n->left->kind == NODE_FIELD)
		return present(f, n->left);
	filter_collect(f, n->left);
	for (uint32_t i = first; i < f->value_count && !holds; i++)
		holds = n->kind == NODE_PRESENT ? f->values[i].len > 0
						: !filter_is_zero(&f->values[i]);
	f->value_count = first;
	return holds;
}

static bool run(struct dfilter *f, const struct node *n)
{
	switch (n->kind) {
	case NODE_AND:
		for (n = n->left; n; n = n->next)
			if (!run(f, n))
				return false;
		return true;
	case NODE_OR:
		for (n = n->left; n; n = n->next)
			if (run(f, n))
				return true;
		return false;
	case NODE_NOT:
		return !run(f, n->left);
	case NODE_COMPARE:
		return run_compare(f, n);
	case NODE_IN:
		return run_in(f, n);
	default:
		return run_values(f, n);
	}
}

bool filter_run(struct dfilter *f)
{
	bool holds;

	f->value_count = 0;
	f->bytes_used = 0;
	f->budget = BUDGET;
	f->limited = false;
	holds = !f->root || run(f, f->root);
	f->limited_frames += f->limited;
	return holds;
}
