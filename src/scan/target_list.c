// SPDX-License-Identifier: Apache-2.0
// Targets in a row: collected from arguments and files, walked in order less the excluded ones.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/target.h"

#define FIRST_SIZE 8

/* Appends *t and takes over what it owns (t is zero afterwards). 0 or -ENOMEM, *t kept. */
static int add(struct target_list *list, struct target *t, struct err *err)
{
	if (list->count == list->size) {
		size_t size = list->size ? list->size * 2 : FIRST_SIZE;
		struct target *items = reallocarray(list->items, size, sizeof(*items));

		if (!items)
			return err_set(err, -ENOMEM, "memory ran out after %zu targets",
				       list->count);
		list->items = items;
		list->size = size;
	}
	list->items[list->count++] = *t;
	*t = (struct target) {0};
	return 0;
}

/* Adds *t, or frees it. */
static int add_or_free(struct target_list *list, struct target *t, struct err *err)
{
	int rc = add(list, t, err);

	if (rc)
		target_done(t);
	return rc;
}

int target_list_parse(struct target_list *list, const char *text, uint8_t family,
		      enum target_use use, struct err *err)
{
	struct target t;
	int rc = target_parse(text, family, use, &t, err);

	return rc ? rc : add_or_free(list, &t, err);
}

int target_list_exclude(struct target_list *list, const char *text, uint8_t family, struct err *err)
{
	for (;; text++) {
		char item[TARGET_ITEM_MAX];
		size_t len = strcspn(text, ",");
		int rc;

		if (len >= sizeof(item))
			return err_set(err, -EINVAL,
				       "\"%.60s...\" is too long for a target to exclude", text);
		memcpy(item, text, len);
		item[len] = '\0';
		rc = target_list_parse(list, item, family, TARGET_EXCLUDE, err);
		if (rc)
			return rc;
		text += len;
		if (!*text)
			return 0;
	}
}

int target_list_exclude_resolved(struct target_list *list, const struct target *name,
				 const struct addr *address, struct err *err)
{
	struct target t;
	int rc = target_resolved(name, address, TARGET_EXCLUDE, &t, err);

	return rc ? rc : add_or_free(list, &t, err);
}

void target_list_done(struct target_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		target_done(&list->items[i]);
	free(list->items);
	*list = (struct target_list) {0};
}

uint64_t target_list_count(const struct target_list *list)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < list->count; i++)
		if (__builtin_add_overflow(sum, target_count(&list->items[i]), &sum))
			return UINT64_MAX;
	return sum;
}

/* Whether any item contains a. */
static bool contains(const struct target_list *list, const struct addr *a)
{
	for (size_t i = 0; i < list->count; i++)
		if (target_contains(&list->items[i], a))
			return true;
	return false;
}

bool target_list_next(const struct target_list *list, const struct target_list *exclude,
		      struct target_walk *walk, struct addr *ret_addr)
{
	for (; walk->item < list->count; walk->item++, walk->index = 0) {
		const struct target *t = &list->items[walk->item];
		uint64_t count = target_count(t);

		while (walk->index < count) {
			struct addr a = target_at(t, walk->index++);

			if (exclude && contains(exclude, &a))
				continue;
			*ret_addr = a;
			return true;
		}
	}
	return false;
}

/* Puts where it happened before the sentence in err. */
static int locate(const struct target_reader *r, int code, struct err *err)
{
	struct err inner = {0};

	if (!err)
		return code;
	inner = *err;
	return err_set(err, code, "%.200s, line %llu, column %llu: %s", r->source,
		       (unsigned long long)r->line, (unsigned long long)r->item_column, inner.text);
}

/* Takes the item read so far, if there is one. */
static int finish_item(struct target_reader *r, struct err *err)
{
	static const char utf8_mark[] = "\xef\xbb\xbf";
	char *item = r->item;
	bool first = !r->started;
	int rc;

	if (!r->len)
		return 0;
	item[r->len] = '\0';
	r->len = 0;
	r->started = true;
	if (first && (memcmp(item, "\xff\xfe", 2) == 0 || memcmp(item, "\xfe\xff", 2) == 0)) {
		rc = err_set(err, -EINVAL, "the file is UTF-16; save it as plain text");
		return locate(r, rc, err);
	}
	if (first && strncmp(item, utf8_mark, 3) == 0)
		item += 3;
	if (!*item)
		return 0;
	rc = target_list_parse(r->list, item, r->family, r->use, err);
	return rc ? locate(r, rc, err) : 0;
}

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

int target_reader_feed(struct target_reader *r, const void *bytes, size_t len, struct err *err)
{
	const char *text = bytes;
	int rc = 0;

	for (size_t i = 0; i < len && !rc; i++) {
		char c = text[i];

		r->line += r->line == 0;
		r->column++;
		if (!r->in_comment && (is_separator(c) || c == '#')) {
			rc = finish_item(r, err);
			r->in_comment = c == '#';
		} else if (!r->in_comment) {
			if (!r->len)
				r->item_column = r->column;
			r->item[r->len++] = c;
			if (r->len == sizeof(r->item)) {
				rc = err_set(err, -EINVAL,
					     "\"%.60s...\" is too long for a target; "
					     "targets have up to 1023 characters",
					     r->item);
				return locate(r, rc, err);
			}
		}
		if (c == '\n') {
			r->in_comment = false;
			r->line++;
			r->column = 0;
		}
	}
	return rc;
}

int target_reader_end(struct target_reader *r, struct err *err)
{
	return finish_item(r, err);
}
