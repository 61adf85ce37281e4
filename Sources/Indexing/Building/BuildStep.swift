/// Points in a build at which tests let it fail.
enum BuildStep: Sendable, Hashable {
  case begun, walked, storeCreated, batchStored, storeFinished, artifactBuilt(String), publishing(PublishStep)
}
