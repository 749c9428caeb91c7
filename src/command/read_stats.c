// SPDX-License-Identifier: Apache-2.0
// The statistics of `sonde read`: -z and --json.
#include "command/read_stats.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "command/read_output.h"
#include "report/stat.h"

bool read_stats_help(const struct run *r)
{
	for (size_t i = 0; i < r->options.statistics.count; i++)
		if (!strcmp(r->options.statistics.items[i], "help"))
			return true;
	return false;
}

/* What else is shown beside the statistics; NULL: nothing. */
static const char *shown(const struct run *r)
{
	const struct read_options *o = &r->options;

	return o->print                 ? "-P"
	       : o->only                ? "-O"
	       : o->tree                ? "-V"
	       : o->bytes               ? "-x"
	       : r->format != READ_TEXT ? "-T"
					: NULL;
}

static int check(struct run *r)
{
	const struct read_options *o = &r->options;

	if (o->json && !o->statistics.count)
		return err_set(
			&r->err, -EINVAL,
			"--json is for statistics: -z io,phs, say; packets as JSON are -T json.");
	if (!o->statistics.count)
		return 0;
	if (o->json && shown(r))
		return err_set(&r->err, -EINVAL,
			       "--json writes one JSON object and nothing else; leave out %s.",
			       shown(r));
	if (o->filter && !shown(r) && !o->write)
		return err_set(&r->err, -EINVAL,
			       "-Y chooses what is shown, and -z alone shows no packets; give the "
			       "filter to the statistic: -z \"%s,%s\".",
			       o->statistics.items[0], o->filter);
	if (o->write && !strcmp(o->write, "-"))
		return err_set(&r->err, -EINVAL,
			       "Standard output cannot take both the file of -w - and "
			       "statistics; name a file.");
	return 0;
}

int read_stats_parse(struct run *r)
{
	const struct option_list *list = &r->options.statistics;
	struct hash_key key;
	int code = check(r);

	if (code || !list->count)
		return code;
	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return err_set(&r->err, -EIO, "The system gives no random numbers.");
	r->stats = stats_new(&key);
	if (!r->stats)
		return err_set(&r->err, -ENOMEM, "There is no memory.");
	for (size_t i = 0; i < list->count && !code; i++)
		code = stats_add(r->stats, list->items[i], &r->err);
	return code;
}

bool read_stats_look(struct run *r, const struct frame *frame, bool *tree, bool *info)
{
	struct stats_needs needs;
	nsec_t first = r->facts.any ? r->facts.facts.first : frame->time;
	nsec_t since = frame->timeless ? 0 : frame->time - first;
	bool apart = stats_look(r->stats, frame, since, &r->dissector->dispatch, &needs);

	*tree |= needs.tree;
	*info |= needs.info;
	return apart;
}

static bool help_reading(void *context)
{
	return capture_help(context);
}

unsigned read_stats_take(struct run *r, const struct frame *frames, unsigned count)
{
	const struct thread_spare reading = {help_reading, r->capture};
	nsec_t first = r->facts.any ? r->facts.facts.first : frames[0].time;
	unsigned taken = stats_take(r->stats, frames, count, first);

	/* Two threads are enough, as three take turns: that which counts reads in its spare time. */
	if (stats_count_aside(r->stats) && capture_lend(r->capture))
		stats_spare(r->stats, &reading);
	if (taken) {
		read_facts_pass(&r->facts, &frames[0]);
		read_facts_pass(&r->facts, &frames[taken - 1]);
	}
	return taken;
}

bool read_stats_want_text(const struct run *r)
{
	return r->stats && stats_want_text(r->stats);
}

static void flush(void *context)
{
	output_flush(context);
}

void read_stats_print(struct run *r)
{
	struct stats_out out = {&r->out, flush, r};

	if (r->options.json)
		stats_json(r->stats, &out);
	else
		stats_text(r->stats, &out);
	output_flush(r);
}
