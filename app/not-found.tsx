import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Empty } from "@/components/ui/note";

export default function NotFound() {
  return (
    <Empty
      title="Nothing has this address"
      className="mt-10"
      action={
        <>
          <Link href="/" className={buttonClass("solid")}>
            Home
          </Link>
          <Link href="/search" className={buttonClass()}>
            Search
          </Link>
        </>
      }
    >
      A model, an SAE or a feature may have been renamed or removed. A feature&rsquo;s address is /model/sae/index.
    </Empty>
  );
}
