/* SPDX-License-Identifier: Apache-2.0 */
/* The Simple Service Discovery Protocol of UPnP (UPnP Device Architecture s. 1): HTTP over UDP. */
#ifndef SONDE_PROTO_SSDP_H
#define SONDE_PROTO_SSDP_H

#include "proto/registry.h"

#define SSDP_PORT 1900 /* UPnP Device Architecture s. 1.1.2 */

extern const struct dissector ssdp_dissector;

#endif
