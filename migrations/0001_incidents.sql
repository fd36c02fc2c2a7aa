-- Written by drizzle-kit, then by hand: WITHOUT ROWID on whys, and what incidents already stored say of the new fields.
CREATE TABLE `acceptances` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident` integer NOT NULL,
	`monitor` integer NOT NULL,
	`body` text NOT NULL,
	`undo` blob
);
--> statement-breakpoint
CREATE INDEX `acceptances_by_incident` ON `acceptances` (`incident`,`id`);--> statement-breakpoint
CREATE INDEX `acceptances_by_monitor` ON `acceptances` (`monitor`,`id`);--> statement-breakpoint
CREATE TABLE `deploys` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deploys_by_at` ON `deploys` (`at`,`id`);--> statement-breakpoint
CREATE TABLE `internal_alerts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`opened_at` integer NOT NULL,
	`resolved_at` integer,
	`reason` text NOT NULL,
	`resolution` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `internal_alerts_open` ON `internal_alerts` (`kind`,`subject`) WHERE resolved_at IS NULL;--> statement-breakpoint
CREATE TABLE `notes` (
	`id` integer PRIMARY KEY NOT NULL,
	`incident` integer NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`incident`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notes_by_incident` ON `notes` (`incident`,`id`);--> statement-breakpoint
CREATE TABLE `silences` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`ends_at` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `silences_by_end` ON `silences` (`ends_at`);--> statement-breakpoint
CREATE TABLE `whys` (
	`slot` integer NOT NULL,
	`monitor` integer NOT NULL,
	`packed` blob NOT NULL,
	PRIMARY KEY(`slot`, `monitor`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `incidents` ADD `follow_at` integer;--> statement-breakpoint
CREATE INDEX `incidents_to_follow` ON `incidents` (`follow_at`) WHERE follow_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `notifications` ADD `alert` integer;--> statement-breakpoint
ALTER TABLE `notifications` ADD `heading` text;--> statement-breakpoint
ALTER TABLE `notifications` ADD `bundle` text;--> statement-breakpoint
CREATE INDEX `notifications_by_alert` ON `notifications` (`alert`,`num`) WHERE alert IS NOT NULL;--> statement-breakpoint
CREATE INDEX `notifications_by_channel` ON `notifications` (`channel`,`num`);--> statement-breakpoint
ALTER TABLE `transitions` ADD `muted` text;--> statement-breakpoint
-- Everybody has been told of what is open, as it is: it is only followed from here on.
UPDATE `incidents` SET
	`follow_at` = CASE `state` WHEN 'open' THEN json_extract(`body`, '$.openedAt') END,
	`body` = json_set(`body`,
		'$.severity', 'warning',
		'$.deploy', NULL,
		'$.acknowledgedBy', NULL,
		'$.muted', NULL,
		'$.told', json_object(
			'openedAt', json_extract(`body`, '$.openedAt'),
			'changedAt', NULL,
			'resolvedAt', json_extract(`body`, '$.resolvedAt'),
			'codes', json(json_extract(`body`, '$.codes')),
			'regions', json(json_extract(`body`, '$.scope.regions')),
			'severity', NULL,
			'reminders', 0,
			'remindedAt', NULL,
			'escalations', 0,
			'escalatedTo', json('[]')),
		'$.followAt', CASE `state` WHEN 'open' THEN json_extract(`body`, '$.openedAt') END,
		'$.closedAs', CASE `state` WHEN 'resolved' THEN 'recovered' END,
		'$.cost', NULL)
WHERE `body` <> '';
