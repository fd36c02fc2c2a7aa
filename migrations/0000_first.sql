-- Written by drizzle-kit, then by hand where drizzle cannot say it: WITHOUT ROWID on the tables whose key is the table
-- (time first, so that rows are appended), and STRICT on samples. See packages/store/src/schema.ts.
CREATE TABLE `attempts` (
	`notification` integer NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`result` text NOT NULL,
	`said` text NOT NULL,
	PRIMARY KEY(`notification`, `seq`),
	FOREIGN KEY (`notification`) REFERENCES `notifications`(`num`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `definitions` (
	`monitor` integer NOT NULL,
	`version` text NOT NULL,
	`at` integer NOT NULL,
	`interval_ms` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`monitor`, `version`)
);
--> statement-breakpoint
CREATE TABLE `dirty_buckets` (
	`at` integer NOT NULL,
	`monitor` integer NOT NULL,
	PRIMARY KEY(`at`, `monitor`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `evidence` (
	`slot` integer NOT NULL,
	`monitor` integer NOT NULL,
	`region` integer NOT NULL,
	`code` integer NOT NULL,
	`expected` integer NOT NULL,
	`total` integer NOT NULL,
	`body` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evidence_by_slot` ON `evidence` (`slot`,`monitor`,`region`);--> statement-breakpoint
CREATE INDEX `evidence_by_code` ON `evidence` (`monitor`,`code`,`slot`);--> statement-breakpoint
CREATE INDEX `evidence_usual` ON `evidence` (`monitor`,`slot`) WHERE expected = 1;--> statement-breakpoint
CREATE TABLE `five_minutes` (
	`at` integer NOT NULL,
	`monitor` integer NOT NULL,
	`region` integer NOT NULL,
	`tally` blob NOT NULL,
	PRIMARY KEY(`at`, `monitor`, `region`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `hours` (
	`at` integer NOT NULL,
	`monitor` integer NOT NULL,
	`region` integer NOT NULL,
	`tally` blob NOT NULL,
	PRIMARY KEY(`at`, `monitor`, `region`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`monitor` integer NOT NULL,
	`state` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `incidents_open` ON `incidents` (`monitor`) WHERE state = 'open';--> statement-breakpoint
CREATE INDEX `incidents_by_monitor` ON `incidents` (`monitor`,`id`);--> statement-breakpoint
CREATE INDEX `incidents_by_state` ON `incidents` (`state`,`id`);--> statement-breakpoint
CREATE TABLE `judgements` (
	`monitor` integer PRIMARY KEY NOT NULL,
	`slot` integer NOT NULL,
	`verdict` text NOT NULL,
	`live` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `monitors` (
	`num` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`off_timetable` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `monitors_id_unique` ON `monitors` (`id`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`num` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`incident` integer NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`recipient` text NOT NULL,
	`facts` blob NOT NULL,
	`created_at` integer NOT NULL,
	`state` text NOT NULL,
	`due_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_key_unique` ON `notifications` (`key`);--> statement-breakpoint
CREATE INDEX `notifications_pending` ON `notifications` (`created_at`,`num`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `notifications_lane` ON `notifications` (`incident`,`recipient`,`seq`,`num`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `notifications_by_incident` ON `notifications` (`incident`,`num`);--> statement-breakpoint
CREATE INDEX `notifications_by_state` ON `notifications` (`state`,`num`);--> statement-breakpoint
CREATE TABLE `progress` (
	`name` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `regions` (
	`num` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `regions_id_unique` ON `regions` (`id`);--> statement-breakpoint
CREATE TABLE `samples` (
	`slot` integer NOT NULL,
	`monitor` integer NOT NULL,
	`region` integer NOT NULL,
	`outcome` integer NOT NULL,
	`packed` blob NOT NULL,
	PRIMARY KEY(`slot`, `monitor`, `region`)
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
CREATE TABLE `seasons` (
	`monitor` integer PRIMARY KEY NOT NULL,
	`body` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `series` (
	`monitor` integer NOT NULL,
	`region` integer NOT NULL,
	`first_slot` integer NOT NULL,
	PRIMARY KEY(`monitor`, `region`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `transitions` (
	`incident` integer NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`reason` text NOT NULL,
	`facts` blob NOT NULL,
	PRIMARY KEY(`incident`, `seq`),
	FOREIGN KEY (`incident`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
