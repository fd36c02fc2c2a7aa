/** What is left when a page cannot be shown: it could not be loaded, or it broke. The others stay. */
import { Component, type ReactNode } from "react";
import { ProblemNote } from "./problem.tsx";

/** React knows no other way to catch what a child throws. Give it the address as its key, so that another page begins anew. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <ProblemNote
        title="This page could not be shown."
        error={this.state.error}
        onRetry={() => location.reload()}
        level={1}
      />
    );
  }
}
