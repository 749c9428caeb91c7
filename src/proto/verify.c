// SPDX-License-Identifier: Apache-2.0
// A header's Internet checksum as three fields: the value, whether it is right, a remark if not.
#include "proto/verify.h"

#include "wire/checksum.h"

uint32_t verify_sum(const struct cursor *c, uint32_t sum, bool *ret_known)
{
	uint32_t held = cursor_held(c);

	*ret_known = cursor_ok(c) && held == cursor_left(c);
	return *ret_known ? checksum_add(sum, c->base + c->at, held) : 0;
}

/* What the field should hold, given what it holds and the sum over all of it (RFC 1624). */
static uint16_t wanted(uint16_t held, uint32_t sum)
{
	uint32_t rest = (uint16_t)~checksum_finish(sum);

	rest += (uint16_t)~held;
	rest = (rest & 0xffff) + (rest >> 16);
	return (uint16_t)~rest;
}

static void say_status(struct dissect *d, const struct verify_fields *fields,
		       enum checksum_status status)
{
	d->item = item_flag(tree_uint(d->tree, fields->status, 0, 0, status), ITEM_GENERATED);
}

void say_checksum(struct dissect *d, struct cursor *c, const struct verify_fields *fields,
		  uint32_t sum, bool known)
{
	uint16_t held = (uint16_t)say_uint(d, c, fields->value, 2);
	uint32_t at = tree_index(d->tree, d->item);

	if (!cursor_ok(c) || !d->tree)
		return;
	if (!known) {
		item_append(d->tree, d->item, " [unverified]");
		say_status(d, fields, CHECKSUM_STATUS_UNVERIFIED);
	} else if (!checksum_finish(sum)) {
		item_append(d->tree, d->item, " [correct]");
		say_status(d, fields, CHECKSUM_STATUS_GOOD);
	} else {
		uint16_t right = wanted(held, sum);

		item_append(d->tree, d->item, " incorrect, should be 0x%04x", right);
		say_expert(d, at, fields->expert, EXPERT_ERROR, EXPERT_CHECKSUM,
			   "%s [should be 0x%04x]", field_get(fields->expert)->label, right);
		say_status(d, fields, CHECKSUM_STATUS_BAD);
	}
}
