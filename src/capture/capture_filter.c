// SPDX-License-Identifier: Apache-2.0
// Capture filters in tcpdump's language on the frames of a file, by libpcap.
//
// Theory of operation: libpcap compiles a text for one link type. A program is made for each link
// type when its first frame comes, and kept; the one used last is tried first.
#include "capture/capture_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "capture/filter_place.h"
#include "capture/pcapng.h"

#define PROGRAMS_MAX 64  /* link types of one file */
#define TEXT_SHOWN   160 /* bytes of a filter in a sentence */

struct program {
	enum link_type link;
	bool is_never; /* no frame of this link type can pass */
	struct bpf_program code;
};

struct capture_filter {
	char *text;
	bool failed;
	size_t fault_at; /* where in the text */
	size_t fault_len;
	size_t count;
	size_t last;
	struct err never; /* why the last such program is none */
	struct program programs[PROGRAMS_MAX];
};

/*
 * Files name link types by LINKTYPE_, libpcap's compiler by DLT_, which differ where systems once
 * disagreed (<pcap/dlt.h>).
 */
static int dlt_of(enum link_type link)
{
	static const struct {
		int link;
		int dlt;
	} differ[] = {
		{50, DLT_PPP_SERIAL}, {51, DLT_PPP_ETHER},   {100, DLT_ATM_RFC1483},
		{101, DLT_RAW},       {102, DLT_SLIP_BSDOS}, {103, DLT_PPP_BSDOS},
		{104, DLT_C_HDLC},    {106, DLT_ATM_CLIP},   {107, DLT_FRELAY},
	};

	for (size_t i = 0; i < sizeof(differ) / sizeof(differ[0]); i++)
		if (differ[i].link == (int)link)
			return differ[i].dlt;
	return (int)link;
}

struct capture_filter *capture_filter_new(const char *text, struct err *err)
{
	struct capture_filter *f = calloc(1, sizeof(*f));

	if (f)
		f->text = strdup(text);
	if (f && f->text)
		return f;
	free(f);
	err_set(err, -ENOMEM, "There is no memory for the capture filter.");
	return NULL;
}

void capture_filter_free(struct capture_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		pcap_freecode(&f->programs[i].code);
	free(f->text);
	free(f);
}

static struct program *find(struct capture_filter *f, enum link_type link)
{
	if (f->last < f->count && f->programs[f->last].link == link)
		return &f->programs[f->last];
	for (size_t i = 0; i < f->count; i++) {
		if (f->programs[i].link != link)
			continue;
		f->last = i;
		return &f->programs[i];
	}
	return NULL;
}

int capture_filter_compile(struct capture_filter *f, enum link_type link, struct err *err)
{
	struct program *p = &f->programs[f->count];
	const char *name = pcap_datalink_val_to_description_or_dlt(dlt_of(link));
	pcap_t *dead;
	int code = 0;

	if (find(f, link))
		return 0;
	if (f->count == PROGRAMS_MAX)
		return err_set(err, -EINVAL,
			       "The capture filter \"%.*s\" meets more than %d link types.",
			       TEXT_SHOWN, f->text, PROGRAMS_MAX);
	dead = pcap_open_dead(dlt_of(link), CAPTURE_FRAME_MAX);
	if (!dead)
		return err_set(err, -ENOMEM, "There is no memory for the capture filter.");
	p->is_never = false;
	if (pcap_compile(dead, &p->code, f->text, 1, PCAP_NETMASK_UNKNOWN)) {
		filter_place(f->text, dlt_of(link), pcap_geterr(dead), &f->fault_at, &f->fault_len);
		code = err_set(err, -EINVAL,
			       "The capture filter \"%.*s\" does not work for frames of %s: %s; "
			       "see pcap-filter(7).",
			       TEXT_SHOWN, f->text, name, pcap_geterr(dead));
		/* The optimiser alone refuses what is well said but never true of such frames. */
		p->is_never = !pcap_compile(dead, &p->code, f->text, 0, PCAP_NETMASK_UNKNOWN);
		f->failed |= !p->is_never; /* else no word of it is wrong */
	}
	pcap_close(dead);
	if (p->is_never) {
		f->never = err ? *err : (struct err) {0};
		code = 0;
	}
	if (code)
		return code;
	p->link = link;
	f->last = f->count++;
	return 0;
}

void capture_filter_point(const struct capture_filter *f, struct buf *out)
{
	if (f && f->failed)
		buf_pointed(out, f->text, strlen(f->text), f->fault_at, f->fault_len);
}

const struct bpf_program *capture_filter_program(struct capture_filter *f, enum link_type link)
{
	const struct program *p = find(f, link);

	return p ? &p->code : NULL;
}

bool capture_filter_tried(const struct capture_filter *f)
{
	return f->count > 0;
}

int capture_filter_useless(const struct capture_filter *f, struct err *err)
{
	for (size_t i = 0; i < f->count; i++)
		if (!f->programs[i].is_never)
			return 0;
	return f->count ? err_set(err, -EINVAL, "%s", f->never.text) : 0;
}

int capture_filter_match(struct capture_filter *f, const struct frame *frame, struct err *err)
{
	const struct pcap_pkthdr head = {.caplen = frame->captured_len, .len = frame->wire_len};
	int code = capture_filter_compile(f, frame->link, err);

	if (code)
		return code;
	return pcap_offline_filter(&f->programs[f->last].code, &head, frame->bytes) != 0;
}
