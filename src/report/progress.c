// SPDX-License-Identifier: Apache-2.0
// How far a scan is and when it ends: in Nmap's two lines, or in one that is drawn in place.
#include "report/progress.h"

#define SHARE_MIN   0.01 /* less says nothing about the end */
#define ELAPSED_MIN NSEC_PER_SEC
#define DAY_SECONDS 86400

nsec_t progress_remaining(const struct progress *p)
{
	if (p->share < SHARE_MIN || p->elapsed < ELAPSED_MIN)
		return -1;
	if (p->share >= 1)
		return 0;
	return (nsec_t)((double)p->elapsed * (1 - p->share) / p->share);
}

/* "0:01:07" */
static void write_span(struct buf *out, nsec_t span)
{
	unsigned long long s = (unsigned long long)(span / NSEC_PER_SEC);

	buf_printf(out, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
}

/* "14:05" */
static void write_hour(struct buf *out, nsec_t wall)
{
	unsigned long long s = (unsigned long long)(wall / NSEC_PER_SEC) % DAY_SECONDS;

	buf_printf(out, "%02llu:%02llu", s / 3600, s / 60 % 60);
}

void progress_lines(struct buf *out, const struct progress *p)
{
	nsec_t left = progress_remaining(p);

	buf_puts(out, "Stats: ");
	write_span(out, p->elapsed);
	buf_printf(out, " elapsed; %llu hosts completed (%llu up), %llu undergoing %s\n",
		   (unsigned long long)p->done, (unsigned long long)p->up,
		   (unsigned long long)p->under_way, p->scan);
	if (p->share >= 0) {
		buf_printf(out, "%s Timing: About %.2f%% done", p->scan, 100 * p->share);
		if (left >= 0) {
			buf_puts(out, "; ETC: ");
			write_hour(out, p->wall_now + left);
			buf_puts(out, " (");
			write_span(out, left);
			buf_puts(out, " remaining)");
		}
		buf_putc(out, '\n');
	}
	if (p->debug)
		buf_printf(out,
			   "Probes sent: %llu, %.1f a second; our queue was full %llu times; "
			   "%llu captured packets dropped\n",
			   (unsigned long long)p->sent, p->rate, (unsigned long long)p->postponed,
			   (unsigned long long)p->dropped);
}

void progress_bar(struct buf *out, const struct progress *p, unsigned columns)
{
	size_t begin = out->len;
	nsec_t left = progress_remaining(p);

	if (p->share >= 0)
		buf_printf(out, "%5.1f%%  ", 100 * p->share);
	write_span(out, p->elapsed);
	if (left >= 0) {
		buf_puts(out, " + ");
		write_span(out, left);
	}
	buf_printf(out, "  %llu", (unsigned long long)p->done);
	if (p->total)
		buf_printf(out, " of %llu", (unsigned long long)p->total);
	buf_printf(out, " hosts done, %llu up, %llu probes sent", (unsigned long long)p->up,
		   (unsigned long long)p->sent);
	if (columns && out->len - begin > columns - 1) /* ASCII: a byte is a cell */
		buf_cut(out, begin + columns - 1);
}
