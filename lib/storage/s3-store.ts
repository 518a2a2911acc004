import type { S3Client } from "@aws-sdk/client-s3";
import { assertKey, type BlobStore } from "./blob-store";

interface S3Options {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Blobs as objects of an S3 bucket: `s3://bucket/prefix`. Region, keys and AWS_ENDPOINT_URL_S3 come from the SDK's usual
 * places. The SDK is imported on first use: it is large and most installations never need it.
 */
export function s3Store(address: string, options: S3Options = {}): BlobStore {
  const { bucket, prefix } = parseAddress(address);
  const name = (key: string) => {
    assertKey(key);
    return prefix + key;
  };
  let opened: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;
  const s3 = () => {
    opened ??= import("@aws-sdk/client-s3").then((sdk) => ({
      sdk,
      // Path style works with every S3-compatible server, also those without wildcard names.
      client: new sdk.S3Client({ forcePathStyle: true, ...options }),
    }));
    return opened;
  };
  return {
    async put(key, bytes) {
      const { sdk, client } = await s3();
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: name(key), Body: bytes }));
    },
    async get(key) {
      const { sdk, client } = await s3();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: name(key) }));
        return Body === undefined ? null : new Uint8Array(await Body.transformToByteArray());
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async has(key) {
      const { sdk, client } = await s3();
      try {
        await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: name(key) }));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    async *list(start) {
      const { sdk, client } = await s3();
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + start })) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key.slice(prefix.length);
      }
    },
    async delete(key) {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: name(key) }));
    },
  };
}

function parseAddress(address: string): { bucket: string; prefix: string } {
  const { hostname, pathname } = new URL(address);
  const path = pathname.replace(/^\/+|\/+$/g, "");
  return { bucket: hostname, prefix: path === "" ? "" : `${path}/` };
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === "NoSuchKey" || name === "NotFound" || $metadata?.httpStatusCode === 404;
}
