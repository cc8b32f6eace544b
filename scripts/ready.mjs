/** Says which Node runs and that the parts with native code are real: a missing optional package is silent otherwise. */
console.log(`node ${process.versions.node}`)
