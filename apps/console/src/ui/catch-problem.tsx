import { Component, type ReactNode } from "react";
import { ProblemView } from "./problem-view.tsx";

/** Shows what went wrong in a part of the page, and leaves the rest as it is. */
export class CatchProblem extends Component<{ children: ReactNode }, { error?: unknown; hasFailed: boolean }> {
  override state: { error?: unknown; hasFailed: boolean } = { hasFailed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return <ProblemView error={this.state.error} onRetry={() => this.setState({ hasFailed: false })} />;
  }
}
