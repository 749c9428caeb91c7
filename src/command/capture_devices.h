/* SPDX-License-Identifier: Apache-2.0 */
/* The interfaces of this machine for `sonde capture -D`. */
#ifndef SONDE_COMMAND_CAPTURE_DEVICES_H
#define SONDE_COMMAND_CAPTURE_DEVICES_H

#include "base/buf.h"
#include "net/device.h"

/* Appends a line for each: number, name, state, traffic since it is there, addresses. */
void capture_devices_print(const struct device_list *devices, struct buf *out);

#endif
