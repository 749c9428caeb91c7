// SPDX-License-Identifier: Apache-2.0
// Hosts that only wait, kept in little room.
//
// Theory of operation. A fast scan of many addresses has tens of thousands of hosts that were asked
// and have said nothing: each waits for a second or two, and all are alike but for address and
// times. The first of a kind becomes a model: a copy with those left out. A later host that is the
// same as a model in every byte is folded: only what was left out is kept. Whatever happens to it,
// or the end of its wait, makes it whole again (engine_host_at()). So no other part of the engine
// can tell, and a new member of struct host needs no care here: it is compared. A model that no
// host is folded by gives way to another.
#include <stdlib.h>
#include <string.h>

#include "scan/engine_inner.h"

/* Leaves out what every host has of its own; all of it is in struct folded. */
static void strip(struct host *h)
{
	h->public.addr = h->path.target = (struct addr) {0};
	h->index = h->next_at_hop = h->ledger_host = 0;
	h->begun = h->left = h->probed = h->ping_sent = 0;
	h->plan.others_loss = 0; /* its uplink knows */
	h->plan.cells = NULL;
	h->plan.flights = NULL;
	h->plan.only_flight.sent = 0;
}

/* True for one that waits and has no memory of its own, of which struct folded keeps enough. */
static bool only_waits(const struct host *h)
{
	if (h->link.queue || h->on_link || h->canaries.flights || h->plan.count > 1)
		return false;
	if (h->public.phase == ENGINE_PING)
		return true;
	return h->public.phase == ENGINE_SCAN && h->plan.flight_count == 1 &&
	       h->plan.only_flight.sent == h->left;
}

/* The model that this stripped host equals, made now if there is room; FOLD_MODELS: none. */
static unsigned find_model(struct engine *e, const struct host *stripped)
{
	unsigned spare = FOLD_MODELS;

	for (unsigned i = 0; i < FOLD_MODELS; i++) {
		if (!e->model_uses[i])
			spare = i;
		else if (!memcmp(e->models[i], stripped, sizeof(*stripped)))
			return i;
	}
	if (spare == FOLD_MODELS)
		return spare;
	if (!e->models[spare])
		e->models[spare] = malloc(sizeof(*stripped));
	if (!e->models[spare])
		return FOLD_MODELS;
	memcpy(e->models[spare], stripped, sizeof(*stripped)); /* with its padding, to compare */
	return spare;
}

void engine_fold(struct engine *e, struct host *h)
{
	struct host stripped;
	unsigned model;

	if (e->stepping || !only_waits(h))
		return;
	memcpy(&stripped, h, sizeof(stripped));
	strip(&stripped);
	model = find_model(e, &stripped);
	if (model == FOLD_MODELS)
		return;
	e->folded[h->index] = (struct folded) {
		.addr = h->public.addr,
		.model = (uint8_t)(model + 1),
		.ledger_host = h->ledger_host,
		.begun = h->begun,
		.left = h->left,
		.probed = h->probed,
		.ping_sent = h->ping_sent,
	};
	e->model_uses[model]++;
	e->hosts[h->index] = NULL;
	e->folded_count++;
	e->stats.folded++;
	free(h);
}

struct host *engine_host_at(struct engine *e, uint32_t index)
{
	struct folded *f = &e->folded[index];
	struct host *h = e->hosts[index];

	if (h || !f->model)
		return h;
	h = malloc(sizeof(*h));
	if (!h)
		return NULL;
	memcpy(h, e->models[f->model - 1], sizeof(*h));
	h->public.addr = h->path.target = f->addr;
	h->index = index;
	h->ledger_host = f->ledger_host;
	h->begun = f->begun;
	h->left = f->left;
	h->probed = f->probed;
	h->ping_sent = f->ping_sent;
	h->plan.only_flight.sent = h->plan.count ? f->left : 0;
	plan_moved(&h->plan);
	e->model_uses[f->model - 1]--;
	e->folded_count--;
	f->model = 0;
	e->hosts[index] = h;
	return h;
}

const struct host *engine_peek(const struct engine *e, uint32_t index)
{
	const struct folded *f = &e->folded[index];

	return f->model ? e->models[f->model - 1] : e->hosts[index];
}

const struct addr *engine_addr_at(const struct engine *e, uint32_t index)
{
	return e->hosts[index] ? &e->hosts[index]->public.addr : &e->folded[index].addr;
}

nsec_t *engine_probed_at(struct engine *e, uint32_t index)
{
	return e->hosts[index] ? &e->hosts[index]->probed : &e->folded[index].probed;
}

void engine_fold_done(struct engine *e)
{
	for (unsigned i = 0; i < FOLD_MODELS; i++)
		free(e->models[i]);
	free(e->folded);
}
